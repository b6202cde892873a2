/* Turns what GMime parsed into our own tree, and refuses what is ambiguous. */
/* SPDX-License-Identifier: MIT */
#include "mime/mime_read.h"

#include <gmime/gmime.h>
#include <string.h>
#include <strings.h>

#include "base/limits.h"
#include "mime/mime_charset.h"
#include "mime/mime_scan.h"
#include "mime/mime_slice.h"

/* One document being read; a message inside base64 is a document of its own in the same tree. */
struct reader {
	struct arena *arena;
	const uint8_t *raw;
	size_t length;
	size_t *parts_seen; /* in the whole tree */
	/* delimiters of the multiparts around the part being read */
	struct mime_enclosing enclosing;
	struct failure *why;
};

static bool read_part(
    struct reader *reader, GMimeObject *object, unsigned depth, struct mime_part *out);
static bool read_document(const uint8_t *raw, size_t length, unsigned depth, size_t *parts_seen,
    struct arena *arena, struct mime_part *out, struct failure *why);

static void
unref_objectp(void *object)
{
	g_clear_object((GObject **)object);
}

static bool
refuse(const struct reader *reader, const char *what)
{
	return fail(reader->why, REMEDY_DESK, "mime.shape", "%s", what);
}

static char *
lower_case(const char *text, struct arena *arena)
{
	char *copy = arena_text(arena, text ? text : "");

	for (char *at = copy; *at; at++)
		*at = g_ascii_tolower(*at);
	return copy;
}

/* GMime's doubts that are ambiguities; the rest (8-bit headers, no closing delimiter) is everyday.
 */
static void
note_warning(gint64 offset, GMimeParserWarning warning, const gchar *item, gpointer refused)
{
	(void)offset;
	(void)item;
	switch (warning) {
	case GMIME_WARN_UNENCODED_8BIT_HEADER:
	case GMIME_WARN_INVALID_RFC2047_HEADER_VALUE:
	case GMIME_WARN_MALFORMED_MULTIPART: /* not closed, or no parts: that one is refused below
					      */
	case GMIME_WARN_TRUNCATED_MESSAGE:
	case GMIME_WARN_INVALID_PARAMETER:
	case GMIME_WARN_INVALID_ADDRESS_LIST:
	case GMIME_WARN_PART_WITHOUT_CONTENT:
	case GMIME_WARN_DUPLICATED_HEADER: /* ours below is stricter where it matters */
		return;
	default:
		*(bool *)refused = true;
	}
}

static void
add_fields(
    struct mime_part *out, GMimeObject *object, struct mime_field *fields, struct arena *arena)
{
	GMimeHeaderList *list = g_mime_object_get_header_list(object);

	for (int at = 0; at < g_mime_header_list_get_count(list); at++) {
		GMimeHeader *header = g_mime_header_list_get_header_at(list, at);
		fields[out->field_count++] =
		    (struct mime_field){.name = arena_text(arena, g_mime_header_get_name(header)),
			.value = arena_text(arena, g_mime_header_get_raw_value(header))};
	}
}

static size_t
count_fields(GMimeObject *object)
{
	return object ? (size_t)g_mime_header_list_get_count(g_mime_object_get_header_list(object))
		      : 0;
}

/* The fields of the part, with those of the message around it where there is one. */
static void
read_fields(struct reader *reader, GMimeObject *message, GMimeObject *object, struct mime_part *out)
{
	struct mime_field *fields = arena_take_many(
	    reader->arena, count_fields(message) + count_fields(object), sizeof *fields);

	out->fields = fields;
	if (message)
		add_fields(out, message, fields, reader->arena);
	add_fields(out, object, fields, reader->arena);
}

/* Fields that must not stand there twice, even with the same words. */
static bool
check_fields(const struct reader *reader, const struct mime_part *part)
{
	static const char *const SINGLE[] = {"From", "Sender", "Reply-To", "To", "Cc", "Subject",
	    "Date", "Message-ID", "Content-Type", "Content-Transfer-Encoding",
	    "Content-Disposition"};

	for (size_t at = 0; at < COUNT_OF(SINGLE); at++) {
		size_t seen = 0;
		for (size_t field = 0; field < part->field_count; field++)
			seen += strcasecmp(part->fields[field].name, SINGLE[at]) == 0;
		if (seen > 1)
			return refuse(
			    reader, "a header field that may stand once stands there twice");
	}
	return true;
}

static bool
read_type(const struct reader *reader, GMimeObject *object, struct mime_part *out)
{
	GMimeContentType *type = g_mime_object_get_content_type(object);
	GMimeParamList *list = g_mime_content_type_get_parameters(type);
	int count = g_mime_param_list_length(list);

	out->type = lower_case(g_mime_content_type_get_media_type(type), reader->arena);
	out->subtype = lower_case(g_mime_content_type_get_media_subtype(type), reader->arena);
	out->disposition = lower_case(g_mime_object_get_disposition(object), reader->arena);
	if (count > MIME_PARAMETERS_MAX)
		return fail(
		    reader->why, REMEDY_DESK, "mime.limits", "a part has too many parameters");
	struct mime_parameter *parameters =
	    arena_take_many(reader->arena, (size_t)count, sizeof *parameters);
	for (int at = 0; at < count; at++) {
		GMimeParam *parameter = g_mime_param_list_get_parameter_at(list, at);
		const char *value = g_mime_param_get_value(parameter);
		if (strlen(value) > MIME_PARAMETER_MAX_BYTES)
			return fail(
			    reader->why, REMEDY_DESK, "mime.limits", "a parameter is too long");
		parameters[at].name = lower_case(g_mime_param_get_name(parameter), reader->arena);
		parameters[at].value = arena_text(reader->arena, value);
	}
	out->parameters = parameters;
	out->parameter_count = (size_t)count;
	return true;
}

static struct plain
read_file_name(GMimeObject *object, struct arena *arena)
{
	const char *name =
	    GMIME_IS_PART(object) ? g_mime_part_get_filename(GMIME_PART(object)) : NULL;
	g_autofree char *valid = g_utf8_make_valid(name ? name : "", -1);

	for (char *at = valid; *at; at++)
		if ((unsigned char)*at < 32 || *at == 127)
			*at = ' ';
	return plain_copy(arena, valid, strlen(valid));
}

/* RFC 2045 6: the five words, nothing else; a composite is never encoded (6.4). */
static bool
check_encoding(const struct reader *reader, const struct mime_part *part, bool is_composite)
{
	static const char *const WORDS[] = {"7bit", "8bit", "binary", "quoted-printable", "base64"};
	const char *value = "7bit";

	for (size_t at = 0; at < part->field_count; at++)
		if (strcasecmp(part->fields[at].name, "Content-Transfer-Encoding") == 0)
			value = part->fields[at].value;
	g_autofree char *word = g_strstrip(g_strdup(value));
	for (size_t at = 0; at < (is_composite ? 3 : COUNT_OF(WORDS)); at++)
		if (strcasecmp(word, WORDS[at]) == 0)
			return true;
	return refuse(
	    reader, "a part has a transfer encoding that does not exist or may not be there");
}

/* Decodes straight into the arena, so that the words are nowhere else. */
static bool
read_content(struct reader *reader, GMimePart *leaf, struct mime_part *out)
{
	GMimeDataWrapper *content = g_mime_part_get_content(leaf);
	GMimeStream *stream = content ? g_mime_data_wrapper_get_stream(content) : NULL;

	out->bytes = (const uint8_t *)"";
	if (!stream)
		return true;
	size_t start = (size_t)stream->bound_start;
	size_t stop = stream->bound_end < 0 ? reader->length : (size_t)stream->bound_end;
	if (stream->bound_start < 0 || start > stop || stop > reader->length)
		return refuse(reader, "a part lies outside the mail");
	const char *from = (const char *)reader->raw + start;
	GMimeContentEncoding encoding = g_mime_data_wrapper_get_encoding(content);
	if (encoding != GMIME_CONTENT_ENCODING_BASE64 &&
	    encoding != GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE) {
		out->bytes = (const uint8_t *)from;
		out->length = stop - start;
		return true;
	}
	GMimeEncoding state;
	g_mime_encoding_init_decode(&state, encoding);
	char *decoded = arena_take(reader->arena, g_mime_encoding_outlen(&state, stop - start) + 1);
	out->length = g_mime_encoding_flush(&state, from, stop - start, decoded);
	out->bytes = (const uint8_t *)decoded;
	return true;
}

/* A message that came in base64, against RFC 2045 6.4, as Exchange sends attached ones. */
static bool
read_encoded_message(struct reader *reader, struct mime_part *out)
{
	out->parts = arena_take(reader->arena, sizeof *out->parts);
	out->part_count = 1;
	return read_document(out->bytes, out->length, out->depth + 1, reader->parts_seen,
	    reader->arena, out->parts, reader->why);
}

static bool
read_leaf(struct reader *reader, GMimeObject *object, struct mime_part *out)
{
	if (!GMIME_IS_PART(object) || !check_encoding(reader, out, false))
		return GMIME_IS_PART(object) ? false
					     : refuse(reader, "a part is of no kind we know");
	if (!read_content(reader, GMIME_PART(object), out))
		return false;
	return !mime_is(out, "message", "rfc822") || read_encoded_message(reader, out);
}

static bool
read_children(struct reader *reader, GMimeMultipart *multipart, struct mime_part *out)
{
	const char *boundary = mime_parameter(out, "boundary");
	int count = g_mime_multipart_get_count(multipart);

	if (!boundary || !*boundary || count <= 0)
		return refuse(reader, "a multipart has no delimiter or no parts");
	if ((size_t)count > MIME_MAX_PARTS)
		return fail(reader->why, REMEDY_DESK, "mime.limits", "too many parts");
	out->parts = arena_take_many(reader->arena, (size_t)count, sizeof *out->parts);
	reader->enclosing.boundaries[reader->enclosing.count++] = boundary;
	for (int at = 0; at < count; at++)
		if (!read_part(reader, g_mime_multipart_get_part(multipart, at), out->depth + 1,
			&out->parts[at]))
			return false;
	reader->enclosing.count--;
	out->part_count = (size_t)count;
	return true;
}

static bool
read_message(struct reader *reader, GMimeMessagePart *holder, struct mime_part *out)
{
	GMimeMessage *message = g_mime_message_part_get_message(holder);

	if (!message)
		return refuse(reader, "an attached message is empty");
	out->parts = arena_take(reader->arena, sizeof *out->parts);
	out->part_count = 1;
	return read_part(reader, GMIME_OBJECT(message), out->depth + 1, out->parts);
}

static bool
read_kind(struct reader *reader, GMimeObject *object, struct mime_part *out)
{
	if (mime_is(out, "message", "partial") || mime_is(out, "message", "external-body"))
		return refuse(
		    reader, "a part of it is elsewhere (message/partial or message/external-body)");
	if (GMIME_IS_MULTIPART(object))
		return check_encoding(reader, out, true) &&
		    read_children(reader, GMIME_MULTIPART(object), out);
	if (GMIME_IS_MESSAGE_PART(object))
		return check_encoding(reader, out, true) &&
		    read_message(reader, GMIME_MESSAGE_PART(object), out);
	return read_leaf(reader, object, out);
}

static void
read_raw(struct reader *reader, GMimeObject *first, struct mime_part *out)
{
	GMimeHeaderList *list = g_mime_object_get_header_list(first);
	gint64 offset = -1;

	if (g_mime_header_list_get_count(list) > 0)
		offset = g_mime_header_get_offset(g_mime_header_list_get_header_at(list, 0));
	if (offset < 0 || (size_t)offset > reader->length)
		return;
	out->raw = reader->raw + offset;
	out->raw_length =
	    mime_slice_end(reader->raw, reader->length, (size_t)offset, &reader->enclosing) -
	    (size_t)offset;
}

static bool
read_part(struct reader *reader, GMimeObject *object, unsigned depth, struct mime_part *out)
{
	GMimeObject *message = GMIME_IS_MESSAGE(object) ? object : NULL;

	*out = (struct mime_part){.depth = depth};
	if (message)
		object = g_mime_message_get_mime_part(GMIME_MESSAGE(message));
	if (!object)
		return refuse(reader, "a message has no content");
	if (depth > MIME_MAX_DEPTH || ++*reader->parts_seen > MIME_MAX_PARTS)
		return fail(
		    reader->why, REMEDY_DESK, "mime.limits", "too many parts, or nested too deep");
	read_fields(reader, message, object, out);
	read_raw(reader, message && count_fields(message) ? message : object, out);
	if (!check_fields(reader, out) || !read_type(reader, object, out))
		return false;
	out->file_name = read_file_name(object, reader->arena);
	return read_kind(reader, object, out);
}

/* GMime reads our bytes where they are: the array is lent to the stream, and must outlive the
 * message. */
static GMimeMessage *
parse(GByteArray *lent, bool *refused)
{
	CLEANUP(unref_objectp) GMimeStream *stream = g_mime_stream_mem_new();
	GMimeParserOptions *options = g_mime_parser_options_new();

	g_mime_stream_mem_set_byte_array(GMIME_STREAM_MEM(stream), lent);
	g_mime_stream_mem_set_owner(GMIME_STREAM_MEM(stream), FALSE);
	g_mime_parser_options_set_warning_callback(options, note_warning, refused);
	CLEANUP(unref_objectp) GMimeParser *parser = g_mime_parser_new_with_stream(stream);
	GMimeMessage *message = g_mime_parser_construct_message(parser, options);
	g_mime_parser_options_free(options);
	return message;
}

static bool
read_document(const uint8_t *raw, size_t length, unsigned depth, size_t *parts_seen,
    struct arena *arena, struct mime_part *out, struct failure *why)
{
	struct reader reader = {
	    .arena = arena, .raw = raw, .length = length, .parts_seen = parts_seen, .why = why};
	GByteArray lent = {.data = (guint8 *)(uintptr_t)raw, .len = (guint)length};
	bool refused = false;

	if (!mime_scan(raw, length, why))
		return false;
	CLEANUP(unref_objectp) GMimeMessage *message = parse(&lent, &refused);
	if (!message)
		return refuse(&reader, "it does not begin with a header");
	if (refused)
		return refuse(&reader, "its structure is broken or says two things at once");
	return read_part(&reader, GMIME_OBJECT(message), depth, out);
}

bool
mime_read(const uint8_t *raw, size_t length, struct arena *arena, struct mime_part *out,
    struct failure *why)
{
	size_t parts_seen = 0;
	struct mime_part root;

	if (!read_document(raw, length, 0, &parts_seen, arena, &root, why))
		return false;
	root.raw = raw;
	root.raw_length = length;
	*out = root;
	return true;
}

bool
mime_is(const struct mime_part *part, const char *type, const char *subtype)
{
	return strcmp(part->type, type) == 0 && (!subtype || strcmp(part->subtype, subtype) == 0);
}

const char *
mime_parameter(const struct mime_part *part, const char *name)
{
	for (size_t at = 0; at < part->parameter_count; at++)
		if (strcmp(part->parameters[at].name, name) == 0)
			return part->parameters[at].value;
	return NULL;
}

bool
mime_init(void)
{
	g_mime_init();
	return mime_open_charsets();
}
