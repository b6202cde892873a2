/* Writes a letter: its text from a template, its data, its files. */
/* SPDX-License-Identifier: MIT */
#include "letters/letters.h"

#include <glib.h>
#include <string.h>

#include "letters/case_fill.h"
#include "letters/clean_words.h"
#include "letters/referral_fill.h"
#include "letters/referral_json.h"
#include "mime/mime_write.h"

/* No letter is read past this; an opened text that is longer goes as the untouched mail. */
enum { LETTER_TEXT_MAX_BYTES = 8 * 1024 * 1024, LETTER_FILES_MAX = ATTACHMENTS_MAX + 2 };

struct letters {
	struct blank *blanks[LETTER_KINDS];
	struct template *templates[LETTER_KINDS];
};

/* --- loading
 * --------------------------------------------------------------------------------------- */

/* The path of a template, in the folder or else in the other one. Newly allocated (g_free). */
static char *
find_template(const char *folder, const char *instead, enum letter_kind kind, struct faults *faults)
{
	g_autofree char *name = g_strconcat(letter_kind_name(kind), ".txt", NULL);
	g_autofree char *path = g_build_filename(folder, name, NULL);
	g_autofree char *other = g_build_filename(instead, name, NULL);

	if (strcmp(path, other) == 0 || g_file_test(path, G_FILE_TEST_EXISTS) ||
	    !g_file_test(other, G_FILE_TEST_EXISTS))
		return TAKE(path);
	faults_warn(faults, path, 0, 0, "is not there, so that %s is used as it is now", other);
	return TAKE(other);
}

static struct template *
load_template(const char *path, const struct blank *blanks, size_t count, struct faults *faults)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *bytes = NULL;
	gsize length;

	if (!g_file_get_contents(path, &bytes, &length, &error)) {
		faults_add(faults, path, 0, 0, "cannot be read: %s", error->message);
		return NULL;
	}
	return template_parse(path, bytes, length, blanks, count, faults);
}

struct letters *
letters_load(const char *folder, const char *instead, struct faults *faults)
{
	CLEANUP(letters_freep) struct letters *letters = g_new0(struct letters, 1);
	bool is_whole = true;

	for (unsigned kind = 0; kind < LETTER_KINDS; kind++) {
		size_t count;
		letters->blanks[kind] = letter_blanks((enum letter_kind)kind, &count);
		g_autofree char *path =
		    find_template(folder, instead, (enum letter_kind)kind, faults);
		letters->templates[kind] =
		    load_template(path, letters->blanks[kind], count, faults);
		is_whole = is_whole && letters->templates[kind];
	}
	return is_whole ? TAKE(letters) : NULL;
}

void
letters_free(struct letters *letters)
{
	if (!letters)
		return;
	for (unsigned kind = 0; kind < LETTER_KINDS; kind++) {
		template_free(letters->templates[kind]);
		g_free(letters->blanks[kind]);
	}
	g_free(letters);
}

void
letters_freep(struct letters **letters)
{
	letters_free(*letters);
	*letters = NULL;
}

bool
letters_discloses(const struct route *route, const struct field *field)
{
	return disclosure_has_field(route, field);
}

void
letters_tell_shares(const struct letter_order *order, struct arena *arena, struct shares *out)
{
	disclosure_tell(order, arena, out);
}

/* --- writing
 * --------------------------------------------------------------------------------------- */

/* A letter on its way. */
struct writing {
	const struct letter_order *order;
	struct arena *arena;
	struct disclosure disclosure; /* LETTER_REFERRAL */
	struct mime_attachment files[LETTER_FILES_MAX];
	size_t file_count;
};

static const char *
count_words(size_t count, const char *one, const char *many, struct arena *arena)
{
	return arena_print(arena, "%zu %s", count, count == 1 ? one : many);
}

/* Inside the encryption, but mail programs show it in lists: no name of anybody. */
static const char *
subject_of(const struct writing *writing)
{
	static const char *const TITLES[LETTER_KINDS] = {
	    "Referral", "Receipt", "What we need from you", "Review", "Notice", "Digest"};
	const struct letter_order *order = writing->order;
	const char *urgency = urgency_words(order->decision, writing->arena);
	const char *subject =
	    arena_print(writing->arena, "%s %s", TITLES[order->kind], order->reference);

	if (order->kind != LETTER_REFERRAL && order->kind != LETTER_REVIEW)
		return subject;
	if (*urgency)
		subject = arena_print(writing->arena, "%s: %s", subject, urgency);
	if (order->kind == LETTER_REVIEW || !writing->disclosure.child_count)
		return subject;
	return arena_print(writing->arena, "%s, %s", subject,
	    count_words(writing->disclosure.child_count, "child", "children", writing->arena));
}

/* What goes to nobody: the whole of it, or these children. */
static void
fill_nobodys(const struct letter_order *order, struct fill *fills, struct arena *arena)
{
	const struct decision *decision = order->decision;
	bool is_whole = decision_is_nobodys(decision);

	fills[BLANK_IS_NOBODYS].is_true = is_whole && !decision->kept;
	fills[BLANK_IS_KEPT].is_true = decision->kept;
	if (!order->concern)
		return;
	if (!is_whole)
		fill_ours(fills, BLANK_NOBODYS_CHILDREN,
		    children_words(order->concern, decision->nobody_children, arena));
	if (!decision->kept)
		fill_ours(fills, BLANK_KEPT_CHILDREN,
		    children_words(order->concern, decision->kept_children, arena));
}

/* What every letter has. */
static void
fill_all(const struct writing *writing, const char *subject, struct fill *fills)
{
	const struct letter_order *order = writing->order;

	fill_ours(fills, BLANK_SUBJECT, subject);
	fill_ours(fills, BLANK_REFERENCE, order->reference);
	fill_ours(fills, BLANK_TO_NAME, order->to->name);
	fill_ours(fills, BLANK_DESK_NAME, order->settings->identity.name);
	fill_ours(fills, BLANK_DESK_ADDRESS, order->settings->identity.address);
	fill_ours(fills, BLANK_DESK_TELEPHONE, order->settings->identity.telephone);
	fill_ours(fills, BLANK_RECEIVED,
	    order->received_at ? moment_words(order->received_at, writing->arena) : NULL);
	fill_ours(fills, BLANK_URGENCY, urgency_words(order->decision, writing->arena));
	fills[BLANK_IS_UNVERIFIED].is_true = order->is_unverified;
	fills[BLANK_IS_DECIDED].is_true = order->decision != NULL;
	fills[BLANK_IS_CASE].is_true = !order->is_about_rules;
	if (order->decision)
		fill_nobodys(order, fills, writing->arena);
}

static void
fill_kind(const struct writing *writing, struct fill *fills)
{
	switch (writing->order->kind) {
	case LETTER_REFERRAL:
		referral_fill(writing->order, &writing->disclosure, fills, writing->arena);
		break;
	case LETTER_RECEIPT:
	case LETTER_ASK:
		officer_fill(writing->order, fills, writing->arena);
		break;
	case LETTER_REVIEW:
	case LETTER_NOTICE:
		desk_fill(writing->order, fills, writing->arena);
		break;
	case LETTER_DIGEST:
		digest_fill(writing->order->digest, fills, writing->arena);
		break;
	case LETTER_KINDS:
		break;
	}
}

static void
add_file(
    struct writing *writing, const char *type, struct plain name, const void *bytes, size_t length)
{
	writing->files[writing->file_count++] =
	    (struct mime_attachment){.type = type, .name = name, .bytes = bytes, .length = length};
}

static void
add_ours(
    struct writing *writing, const char *type, const char *name, const void *bytes, size_t length)
{
	add_file(
	    writing, type, (struct plain){.words = name, .length = strlen(name)}, bytes, length);
}

/* The files of the mail: under names of ours to an agency, under their own to the desk. */
static void
add_mail_files(struct writing *writing)
{
	const struct opened_mail *mail = writing->order->mail;

	for (size_t at = 0; mail && at < mail->attachment_count; at++) {
		const struct attachment *file = &mail->attachments[at];
		if (writing->order->kind == LETTER_REVIEW)
			add_file(writing, file->type, file->name, file->bytes, file->length);
		else
			add_ours(writing, file->type, referral_file_name(file, at, writing->arena),
			    file->bytes, file->length);
	}
}

static void
add_files(struct writing *writing)
{
	const struct letter_order *order = writing->order;

	if (order->kind == LETTER_REFERRAL) {
		struct plain json = referral_json(order, &writing->disclosure, writing->arena);
		add_ours(writing, "application/json", "referral.json", json.words, json.length);
		if (writing->disclosure.gives_attachments)
			add_mail_files(writing);
	}
	if (order->kind == LETTER_REVIEW) {
		add_mail_files(writing);
		if (order->untouched)
			add_ours(writing, "message/rfc822", "mail-as-it-came.eml", order->untouched,
			    order->untouched_length);
	}
}

/* Base64 of files within armor makes sixteen bytes of nine. */
static bool
check_size(const struct writing *writing, struct plain text, struct failure *why)
{
	uint64_t bytes = text.length;

	for (size_t at = 0; at < writing->file_count; at++)
		bytes += writing->files[at].length;
	if (bytes > LETTER_MAX_BYTES / 16 * 9)
		return fail(why, REMEDY_DESK, "letter.too-large",
		    "text and files have %" G_GUINT64_FORMAT " bytes: sealed, more than %u", bytes,
		    LETTER_MAX_BYTES);
	return true;
}

static void
write_entity(
    const struct writing *writing, const char *subject, struct plain text, struct letter *out)
{
	const struct letter_order *order = writing->order;
	/* bare addresses, as outside: what is inside must not seem to contradict it */
	const struct mime_letter letter = {
	    .from_address = order->settings->identity.address,
	    .to_address = order->to->address,
	    .subject = {.words = subject, .length = strlen(subject)},
	    .outer_subject = arena_print(writing->arena, "Secure referral %s", order->reference),
	    .message_id = order->message_id,
	    .date = order->now,
	    .text = text,
	    .parts = writing->files,
	    .part_count = writing->file_count,
	};

	*out = (struct letter){.kind = order->kind,
	    .to = order->to,
	    .message_id = order->message_id,
	    .entity = mime_write_letter(&letter, writing->arena)};
}

bool
letters_write(const struct letters *letters, const struct letter_order *order, struct arena *arena,
    struct letter *out, struct failure *why)
{
	struct writing *writing = arena_take(arena, sizeof *writing);
	struct fill *fills = arena_take_many(arena, LETTER_BLANKS, sizeof *fills);
	struct plain text;

	g_assert(order->kind != LETTER_REFERRAL || order->route);
	g_assert(order->kind != LETTER_DIGEST || order->digest);
	writing->order = order;
	writing->arena = arena;
	if (order->kind == LETTER_REFERRAL &&
	    !disclosure_make(order, arena, &writing->disclosure, why))
		return false;
	const char *subject = subject_of(writing);
	fill_all(writing, subject, fills);
	fill_kind(writing, fills);
	if (!template_fill(
		letters->templates[order->kind], fills, LETTER_TEXT_MAX_BYTES, arena, &text, why))
		return false;
	add_files(writing);
	text = wrap_words(text, arena);
	if (!check_size(writing, text, why))
		return false;
	write_entity(writing, subject, text, out);
	return true;
}
