/* Reads decisions, finds their case, and knows what a sender can do. */
/* SPDX-License-Identifier: MIT */
#include "mailroom/desk.h"

#include <string.h>
#include <strings.h>

struct advice {
	const char *code, *text;
};

static const struct advice ADVICES[] = {
    {"open.unsigned",
	"Your mail was encrypted but not signed, so we cannot tell that it is from you. Please send "
	"the form again, encrypted to us and signed with your own key."},
    {"open.signed-only",
	"Your mail was signed but not encrypted: it may have been read on its way. Please encrypt "
	"the next one to our key, and tell your information security team."},
    {"open.unencrypted",
	"Your mail was not encrypted: it may have been read on its way. A person at the desk has it. "
	"Please encrypt the next one to our key, and tell your information security team."},
    {"open.not-for-us",
	"Your mail is encrypted, but not to our key, so nobody here can read it. Please send the form "
	"again, encrypted to the key of the desk."},
    {"open.unknown-signer",
	"Your mail is signed with a key that we do not know as yours. If your key is new, ask the "
	"desk by telephone to add it; then send the form again."},
    {"open.bad-signature",
	"The signature does not fit the text: it was changed on its way, or the mail program failed. "
	"Please send the form again."},
    {"open.expired-key",
	"The key you signed with has expired. Please extend it or make a new one, let the desk have "
	"it, and send the form again."},
    {"open.revoked-key",
	"The key you signed with has been revoked. Please sign with your current key, and let the "
	"desk have it where it is new."},
    {"open.weak",
	"Your mail was signed or encrypted in a way that is no longer safe. Please bring your mail "
	"program up to date and send the form again."},
    {"open.not-integrity-protected",
	"Your mail was encrypted in a way that does not protect it against changes. Please bring "
	"your mail program up to date and send the form again."},
    {"open.password",
	"Your mail was encrypted with a password, which we do not have. Please send the form again, "
	"encrypted to the key of the desk."},
    {"open.wrong-key",
	"Your mail does not name the encryption key of the desk. Please send the form again, encrypted "
	"to that key and without hiding for whom it is."},
    {"open.shape",
	"Your mail is put together in a way that we do not read. Please send the form as an encrypted "
	"and signed (PGP/MIME) mail, with any attachments inside the encryption."},
    {"open.several-signatures",
	"Your mail carries more than one signature. Please sign it once, with your own key."},
    {"open.expired-signature", "Your signature is no longer valid. Please send the form again."},
    {"open.old-signature",
	"The signature on your mail is older than we take. Please open the form, and sign and send it "
	"again."},
    {"open.future-signature",
	"The signature on your mail is dated in the future. Please set the clock of your computer and "
	"send the form again."},
    {"open.not-for-this-desk",
	"What you signed was addressed to somebody else. Please send the form to the address of this "
	"desk."},
    {"open.damaged",
	"Your mail arrived damaged and cannot be decrypted. Please send the form again."},
    {"open.from-contradicts",
	"The sender's address and the key that signed do not belong to the same person. Please send "
	"the form from your own mailbox, signed with your own key."},
    {"open.tnef",
	"Your mail program packed the mail as winmail.dat, which we cannot open. Please send it as "
	"plain text."},
    {"open.too-large",
	"Your mail is larger than we can take. Please send the form without attachments first."},
    {"form.none",
	"We found no concern form in your mail. Please fill in the form and send it as the text of "
	"an encrypted and signed mail."},
    {"form.not-for-this-desk",
	"Nothing in your mail says that it was meant for this desk. Please keep the first line of the form."},
};

const char *
desk_advice(const char *code)
{
	for (size_t at = 0; at < COUNT_OF(ADVICES); at++)
		if (strcmp(ADVICES[at].code, code) == 0)
			return ADVICES[at].text;
	return NULL;
}

/* Takes the next line off the front of the text. */
static bool
next_line(struct plain *text, struct plain *line)
{
	if (!text->length)
		return false;
	const char *end = memchr(text->words, '\n', text->length);
	size_t length = end ? (size_t)(end - text->words) : text->length;
	size_t taken = end ? length + 1 : length;
	*line = (struct plain){.words = text->words, .length = length};
	text->words += taken;
	text->length -= taken;
	return true;
}

static bool
is_space(char one)
{
	return one == ' ' || one == '\t' || one == '\r';
}

static struct plain
trim(struct plain line)
{
	while (line.length && is_space(line.words[0])) {
		line.words++;
		line.length--;
	}
	while (line.length && is_space(line.words[line.length - 1]))
		line.length--;
	return line;
}

/* Takes the next word off the front of the line. */
static struct plain
next_word(struct plain *line)
{
	*line = trim(*line);
	struct plain word = {.words = line->words};
	while (line->length && !is_space(line->words[0])) {
		word.length++;
		line->words++;
		line->length--;
	}
	return word;
}

static bool
is_word(struct plain word, const char *wanted)
{
	while (word.length && strchr(":,.", word.words[word.length - 1]))
		word.length--;
	return word.length == strlen(wanted) && strncasecmp(word.words, wanted, word.length) == 0;
}

static bool
read_action(struct plain word, enum decision_action *action)
{
	static const char *const WORDS[DESK_ACTIONS] = {"SEND", "NOT", "CLOSE"};

	for (unsigned at = 0; at < DESK_ACTIONS; at++)
		if (is_word(word, WORDS[at])) {
			*action = (enum decision_action)at;
			return true;
		}
	return false;
}

static bool
read_line(struct plain line, struct desk_line *out)
{
	struct plain rest = line;

	if (!read_action(next_word(&rest), &out->action))
		return false;
	out->agency = (struct plain){.words = rest.words};
	if (out->action != DESK_CLOSE)
		out->agency = next_word(&rest);
	/* A case reference may stand between the agency and the reason. */
	struct plain word = next_word(&rest);
	bool is_bare = !word.length || memchr(word.words, '-', word.length);
	if (!is_word(word, "because") && word.length)
		word = next_word(&rest);
	out->reason = trim(rest);
	if (out->action != DESK_CLOSE && !out->agency.length)
		return false;
	/* SEND alone is enough where the rules propose it; whether they do is seen when it is done. */
	bool says_why = is_word(word, "because");
	if (out->action == DESK_SEND && is_bare && !word.length &&
	    !is_word(out->agency, "because")) {
		out->reason = (struct plain){.words = line.words};
		return true;
	}
	return says_why && out->reason.length >= 3;
}

size_t
desk_read_lines(struct plain text, struct desk_line *lines, size_t room)
{
	struct plain line;
	size_t count = 0;

	while (count < room && next_line(&text, &line)) {
		line = trim(line);
		if (!line.length)
			continue;
		if (line.words[0] == '>' || !read_line(line, &lines[count]))
			break;
		count++;
	}
	return count;
}

bool
desk_find_case(const struct opened_mail *mail, const char *prefix, struct reference *out)
{
	struct plain rest = mail->text;
	bool found = false;

	if (mail->has_protected_headers && mail->inner_subject.length &&
	    reference_find(mail->inner_subject.words, mail->inner_subject.length, prefix, out))
		return true;
	struct plain line;
	while (next_line(&rest, &line)) {
		struct reference one;
		if (!reference_find(line.words, line.length, prefix, &one))
			continue;
		if (found && strcmp(one.text, out->text) != 0)
			return false;
		*out = one;
		found = true;
	}
	return found;
}
