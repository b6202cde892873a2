/* Hands one letter to the submission server and says what became of it. */
/* SPDX-License-Identifier: MIT */
#include "outbox/outbox.h"

#include <curl/curl.h>
#include <glib.h>
#include <string.h>

#include "base/curl_line.h"
#include "base/limits.h"
#include "base/mistake.h"
#include "base/pulse.h"
#include "base/step.h"
#include "outbox/patience.h"
#include "outbox/smtp_reply.h"

enum {
	LINE_MAX_BYTES = 998, /* RFC 5322 2.1.1, without CR LF */
};

struct outbox {
	const struct settings *settings;
	CURL *curl;
	char *url;            /* with the name that we say in EHLO as its path */
	char *password;       /* NULL: no login */
	char *login_texts[3]; /* the password as itself and as it goes over the wire */
	char error[CURL_ERROR_SIZE];
	struct smtp_talk talk;
	const char *bytes; /* of the letter under way, and how far it is read */
	size_t length, at;
};

/* What a transfer came to: libcurl's code, and whether it ran on a connection used before. */
struct transfer {
	CURLcode code;
	bool was_reused;
};

static char *
base64(const char *bytes, size_t length)
{
	return g_base64_encode((const guchar *)bytes, length);
}

/* A server may quote what we sent: these must never reach a reply that is kept. */
static void
remember_login(struct outbox *outbox, const char *user, const char *password)
{
	g_autoptr(GString) plain = g_string_new(NULL);

	outbox->password = g_strdup(password);
	if (!password || !*password)
		return;
	g_string_append_c(plain, '\0');
	g_string_append(plain, user ? user : "");
	g_string_append_c(plain, '\0');
	g_string_append(plain, password);
	outbox->login_texts[0] = g_strdup(password);
	outbox->login_texts[1] = base64(password, strlen(password));
	outbox->login_texts[2] = base64(plain->str, plain->len);
	explicit_bzero(plain->str, plain->len);
}

struct outbox *
outbox_open(const struct settings *settings, const char *password)
{
	struct outbox *outbox = g_new0(struct outbox, 1);
	const char *address = settings->identity.address;
	const char *at = address ? strchr(address, '@') : NULL;

	outbox->settings = settings;
	outbox->curl = curl_easy_init();
	outbox->url = g_strdup_printf("%s%s%s", settings->submission.server.url,
	    g_str_has_suffix(settings->submission.server.url, "/") ? "" : "/", at ? at + 1 : "");
	remember_login(outbox, settings->submission.server.user, password);
	return outbox;
}

static void
forget(char *secret)
{
	if (secret)
		explicit_bzero(secret, strlen(secret));
	g_free(secret);
}

void
outbox_close(struct outbox *outbox)
{
	if (!outbox)
		return;
	curl_easy_cleanup(outbox->curl);
	g_free(outbox->url);
	forget(outbox->password);
	for (size_t at = 0; at < COUNT_OF(outbox->login_texts); at++)
		forget(outbox->login_texts[at]);
	g_free(outbox);
}

void
outbox_closep(struct outbox **outbox)
{
	outbox_close(*outbox);
	*outbox = NULL;
}

/* 7-bit, CR LF only, no line too long, nothing a server could read as the end of the letter. */
static bool
bytes_may_leave(const char *bytes, size_t length)
{
	size_t line = 0;

	for (size_t at = 0; at < length; at++) {
		unsigned char byte = (unsigned char)bytes[at];
		if (byte == '\r') {
			if (at + 1 == length || bytes[at + 1] != '\n')
				return false;
			at++;
			line = 0;
		} else if (byte == '\n' || byte == '\0' || byte > 126 || ++line > LINE_MAX_BYTES) {
			return false;
		}
	}
	return length > 0 && line == 0;
}

/* libcurl asks for the letter once it has heard the 354 that answers its DATA, and never before. */
static size_t
read_letter(char *out, size_t size, size_t count, void *context)
{
	struct outbox *outbox = context;
	size_t piece = MIN(size * count, outbox->length - outbox->at);

	if (!outbox->talk.data_begun)
		(void)curl_easy_setopt(outbox->curl, CURLOPT_SERVER_RESPONSE_TIMEOUT,
		    (long)patience_reply_seconds(outbox->settings) * PATIENCE_AT_DOT);
	outbox->talk.data_begun = true;
	memcpy(out, outbox->bytes + outbox->at, piece);
	outbox->at += piece;
	if (outbox->at == outbox->length)
		step("before outbox.dot");
	return piece;
}

static size_t
hear_reply(char *bytes, size_t size, size_t count, void *context)
{
	struct outbox *outbox = context;

	bool was_judged = outbox->talk.verdict != 0;
	smtp_talk_hear(&outbox->talk, bytes, size * count);
	if (outbox->talk.verdict && !was_judged)
		step("after outbox.dot");
	return size * count;
}

/* What little a server says outside its replies; nothing of it goes to standard output. */
static size_t
drop_bytes(char *bytes, size_t size, size_t count, void *context)
{
	(void)bytes;
	(void)context;
	return size * count;
}

/*
 * Sets the handle up anew for each transfer; the open connection stays with it. The times: a
 * reply has timeout_seconds, the one to the dot and a stalled upload PATIENCE_AT_DOT times that,
 * and the whole has a bound that grows with the letter, so that a server that drips cannot hold us.
 */
static bool
set_up(struct outbox *outbox, struct failure *why)
{
	const struct server *server = &outbox->settings->submission.server;
	unsigned seconds = patience_reply_seconds(outbox->settings);
	CURL *curl = outbox->curl;

	curl_easy_reset(curl);
	struct curl_line line = {
	    .url = outbox->url,
	    .schemes = "smtp,smtps",
	    .user = server->user,
	    .password = outbox->password,
	    .ca_file = server->ca_file,
	    .plain_on_loopback = server->plain_on_loopback,
	    .connect_seconds = seconds,
	};
	if (!curl_line_set(curl, &line, why))
		return false;
	long whole = (long)patience_whole_seconds(outbox->settings, outbox->length);
	CURLcode bad = curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, outbox->error);
	bad |= curl_easy_setopt(curl, CURLOPT_SERVER_RESPONSE_TIMEOUT, (long)seconds);
	bad |= curl_easy_setopt(curl, CURLOPT_LOW_SPEED_LIMIT, 1L);
	bad |= curl_easy_setopt(curl, CURLOPT_LOW_SPEED_TIME, (long)seconds * PATIENCE_AT_DOT);
	bad |= curl_easy_setopt(curl, CURLOPT_TIMEOUT, whole);
	bad |= curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, hear_reply);
	bad |= curl_easy_setopt(curl, CURLOPT_HEADERDATA, outbox);
	bad |= curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, drop_bytes);
	return !bad || fail(why, REMEDY_STOP, "line.curl", "libcurl refuses an option we rely on");
}

static void
perform(struct outbox *outbox, struct transfer *transfer)
{
	long connects = 0;

	outbox->talk = (struct smtp_talk){0};
	outbox->error[0] = '\0';
	outbox->at = 0;
	pulse_within(patience_whole_seconds(outbox->settings, outbox->length));
	transfer->code = curl_easy_perform(outbox->curl);
	(void)curl_easy_getinfo(outbox->curl, CURLINFO_NUM_CONNECTS, &connects);
	transfer->was_reused = connects == 0;
	if (!outbox->error[0])
		g_strlcpy(outbox->error, curl_easy_strerror(transfer->code), sizeof outbox->error);
	/* the buffers of this call must not be reached from a later one */
	(void)curl_easy_setopt(outbox->curl, CURLOPT_ERRORBUFFER, NULL);
}

/*
 * A kept connection that the server has closed meanwhile (it says 421, or nothing) says nothing
 * about the letter: once more, on a new one. Only where it cannot have the letter.
 */
static bool
was_closed_meanwhile(const struct outbox *outbox, const struct transfer *transfer)
{
	const struct smtp_talk *talk = &outbox->talk;

	return transfer->code && transfer->was_reused && !talk->data_begun &&
	    (talk->code == 0 || talk->code == 421);
}

static void
perform_once_more_if_closed(struct outbox *outbox, struct transfer *transfer)
{
	perform(outbox, transfer);
	if (!was_closed_meanwhile(outbox, transfer))
		return;
	(void)curl_easy_setopt(outbox->curl, CURLOPT_ERRORBUFFER, outbox->error);
	(void)curl_easy_setopt(outbox->curl, CURLOPT_FRESH_CONNECT, 1L);
	perform(outbox, transfer);
}

static void
free_list(struct curl_slist **list)
{
	curl_slist_free_all(*list);
}

static bool
transfer_letter(struct outbox *outbox, const char *from, const char *to, struct transfer *transfer,
    struct failure *why)
{
	g_autofree char *sender = g_strdup_printf("<%s>", from);
	g_autofree char *recipient = g_strdup_printf("<%s>", to);
	CLEANUP(free_list) struct curl_slist *recipients = curl_slist_append(NULL, recipient);
	CURL *curl = outbox->curl;

	if (!set_up(outbox, why))
		return false;
	/* one recipient, and never MAIL_RCPT_ALLLOWFAILS: it answers OK to one refused */
	CURLcode bad = curl_easy_setopt(curl, CURLOPT_MAIL_FROM, sender);
	bad |= curl_easy_setopt(curl, CURLOPT_MAIL_RCPT, recipients);
	bad |= curl_easy_setopt(curl, CURLOPT_UPLOAD, 1L);
	bad |= curl_easy_setopt(curl, CURLOPT_READFUNCTION, read_letter);
	bad |= curl_easy_setopt(curl, CURLOPT_READDATA, outbox);
	bad |= curl_easy_setopt(curl, CURLOPT_INFILESIZE_LARGE, (curl_off_t)outbox->length);
	if (bad || !recipients)
		return fail(why, REMEDY_STOP, "line.curl", "libcurl refuses an option we rely on");
	perform_once_more_if_closed(outbox, transfer);
	(void)curl_easy_setopt(curl, CURLOPT_MAIL_RCPT, NULL);
	return true;
}

/* RFC 4954 6: these speak of our login, whatever command they answer. */
static bool
is_about_login(int code)
{
	return code == 530 || code == 534 || code == 535 || code == 538;
}

static void
set_answer(struct outbox_answer *answer, enum outbox_result result, const char *code)
{
	answer->result = result;
	answer->code = code;
}

static void
judge_reply(int code, struct outbox_answer *answer)
{
	if (code >= 200 && code < 300)
		set_answer(answer, OUTBOX_SENT, "smtp.sent");
	else if (code >= 400 && code < 500)
		set_answer(answer, OUTBOX_LATER, "smtp.later");
	else if (code >= 500)
		set_answer(answer, OUTBOX_NEVER, "smtp.never");
	else
		set_answer(answer, OUTBOX_UNKNOWN, "smtp.unknown");
}

/* Nothing of the letter was given away, so the server cannot have it. */
static void
judge_early_end(const struct smtp_talk *talk, CURLcode code, struct outbox_answer *answer)
{
	enum line_fault fault = curl_line_fault(code);

	if (fault == LINE_LOGIN || is_about_login(talk->code))
		set_answer(answer, OUTBOX_LATER, "smtp.login");
	else if (fault == LINE_CERTIFICATE || fault == LINE_NO_TLS || fault == LINE_HANDSHAKE)
		set_answer(answer, OUTBOX_LATER, "smtp.tls");
	else if (code == CURLE_SEND_ERROR && talk->code >= 400)
		judge_reply(talk->code, answer); /* MAIL, RCPT or DATA: it is about this letter */
	else if (talk->code >= 400)
		set_answer(answer, OUTBOX_LATER, "smtp.later"); /* greeting or EHLO: about us */
	else
		set_answer(answer, OUTBOX_LATER, "smtp.network");
}

/*
 *  begun      reply after it   libcurl              result
 *  whole      2xx              whatever it says     SENT
 *  yes        4xx, 5xx         whatever it says     LATER, NEVER
 *  yes        none, other      whatever it says     UNKNOWN: it may have the letter
 *  no         530 534 535 538  or login refused     LATER, smtp.login
 *  no         -                TLS, certificate     LATER, smtp.tls
 *  no         4xx, 5xx         send error           LATER, NEVER: answers to MAIL, RCPT, DATA
 *  no         anything else                         LATER
 */
static void
judge(const struct outbox *outbox, CURLcode code, struct outbox_answer *answer)
{
	bool is_whole = outbox->at == outbox->length;

	if (outbox->talk.verdict && (is_whole || outbox->talk.verdict >= 400))
		judge_reply(outbox->talk.verdict, answer);
	else if (outbox->talk.data_begun && mistake("silence-is-yes"))
		set_answer(answer, OUTBOX_SENT, "smtp.sent");
	else if (outbox->talk.data_begun)
		set_answer(answer, OUTBOX_UNKNOWN, "smtp.unknown");
	else
		judge_early_end(&outbox->talk, code, answer);
}

static bool
quotes_login(const struct outbox *outbox, const char *text)
{
	for (size_t at = 0; at < COUNT_OF(outbox->login_texts); at++)
		if (outbox->login_texts[at] && strstr(text, outbox->login_texts[at]))
			return true;
	return false;
}

static void
copy_text(const struct outbox *outbox, const char *text, char *out, size_t size)
{
	g_strlcpy(
	    out, quotes_login(outbox, text) ? "(left out: it repeats our login)" : text, size);
	for (char *at = out; *at; at++)
		if (*at < ' ' || *at > '~')
			*at = '?';
}

/* The server's last line, or, where it said nothing that explains it, what libcurl says. */
static void
copy_reply(const struct outbox *outbox, CURLcode code, struct outbox_answer *answer)
{
	const struct smtp_talk *talk = &outbox->talk;
	bool explains = talk->verdict || (talk->code >= 400 && code);

	answer->reply_code = explains ? talk->code : 0;
	copy_text(
	    outbox, explains ? talk->text : outbox->error, answer->reply, sizeof answer->reply);
	if (answer->result == OUTBOX_SENT)
		smtp_queue_id(answer->reply, answer->queue_id, sizeof answer->queue_id);
}

void
outbox_send(struct outbox *outbox, const char *from, const char *to, const char *bytes,
    size_t length, struct outbox_answer *answer)
{
	struct transfer transfer;
	struct failure why;

	*answer = (struct outbox_answer){.result = OUTBOX_NEVER, .code = "smtp.unfit"};
	g_strlcpy(answer->reply, "never offered: an address or a line is not fit for SMTP",
	    sizeof answer->reply);
	if (!address_is_plain(from) || !address_is_plain(to) || !bytes_may_leave(bytes, length))
		return;
	outbox->bytes = bytes;
	outbox->length = length;
	if (transfer_letter(outbox, from, to, &transfer, &why)) {
		judge(outbox, transfer.code, answer);
		copy_reply(outbox, transfer.code, answer);
	} else {
		set_answer(answer, OUTBOX_LATER, "smtp.tls");
		copy_text(outbox, why.reason, answer->reply, sizeof answer->reply);
	}
	outbox->bytes = NULL;
	outbox->length = 0;
}

unsigned
outbox_longest_seconds(const struct settings *settings)
{
	return patience_whole_seconds(settings, LETTER_MAX_BYTES);
}

bool
outbox_probe(struct outbox *outbox, struct failure *why)
{
	struct outbox_answer answer = {0};
	struct transfer transfer;

	if (!set_up(outbox, why))
		return false;
	if (curl_easy_setopt(outbox->curl, CURLOPT_CUSTOMREQUEST, "NOOP") ||
	    curl_easy_setopt(outbox->curl, CURLOPT_NOBODY, 1L))
		return fail(why, REMEDY_STOP, "line.curl", "libcurl refuses an option we rely on");
	perform_once_more_if_closed(outbox, &transfer);
	if (!transfer.code)
		return true;
	judge_early_end(&outbox->talk, transfer.code, &answer);
	copy_reply(outbox, transfer.code, &answer);
	bool is_ours = !strcmp(answer.code, "smtp.tls") || !strcmp(answer.code, "smtp.login");
	return fail(why, is_ours ? REMEDY_STOP : REMEDY_RETRY, answer.code, "%s", answer.reply);
}
