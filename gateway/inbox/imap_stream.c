/* Carries IMAP over a libcurl connection, with a deadline and a guard in its way. */
/* SPDX-License-Identifier: MIT */
#include "inbox/imap_stream.h"

#include <errno.h>
#include <glib.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/curl_line.h"
#include "base/pulse.h"

enum { BUFFER_BYTES = 16 * 1024 };
static const char GREETING[] = "* PREAUTH logged in\r\n";

struct imap_stream {
	CURL *curl;
	curl_socket_t fd;
	int64_t deadline_at; /* g_get_monotonic_time() */
	struct imap_guard guard;
	char ahead[BUFFER_BYTES]; /* read while waiting, not yet taken by libetpan */
	size_t ahead_at, ahead_used;
	bool is_broken;
	struct failure fault;
};

static int64_t
deadline_in(unsigned seconds)
{
	return g_get_monotonic_time() + (int64_t)seconds * G_USEC_PER_SEC;
}

static int
left_ms(int64_t deadline_at)
{
	int64_t left = (deadline_at - g_get_monotonic_time() + 999) / 1000;

	return (int)CLAMP(left, 0, G_MAXINT);
}

static ssize_t
break_off(struct imap_stream *stream, const char *reason)
{
	if (!stream->is_broken)
		(void)fail(&stream->fault, REMEDY_RETRY, "inbox.network", "%s", reason);
	stream->is_broken = true;
	return -1;
}

/* False when the deadline passed first. */
static bool
wait_for(struct imap_stream *stream, short events)
{
	struct pollfd ready = {.fd = stream->fd, .events = events};
	int answer;

	do
		answer = poll(&ready, 1, left_ms(stream->deadline_at));
	while (answer < 0 && errno == EINTR);
	return answer > 0;
}

static ssize_t
receive(struct imap_stream *stream, char *bytes, size_t room)
{
	for (;;) {
		size_t got = 0;
		CURLcode code = curl_easy_recv(stream->curl, bytes, room, &got);
		if (code == CURLE_OK && got > 0)
			return (ssize_t)got;
		if (code != CURLE_AGAIN)
			return break_off(stream, "the server closed the connection");
		if (!wait_for(stream, POLLIN))
			return break_off(stream, "the server took too long to answer");
	}
}

static ssize_t
read_low(mailstream_low *low, void *bytes, size_t room)
{
	struct imap_stream *stream = low->data;
	ssize_t got;

	if (stream->is_broken)
		return -1;
	if (stream->ahead_used) {
		got = (ssize_t)MIN(room, stream->ahead_used);
		memcpy(bytes, stream->ahead + stream->ahead_at, (size_t)got);
		stream->ahead_at += (size_t)got;
		stream->ahead_used -= (size_t)got;
	} else {
		got = receive(stream, bytes, room);
	}
	if (got > 0 && !imap_guard_pass(&stream->guard, bytes, (size_t)got))
		return break_off(stream, stream->guard.fault);
	return got;
}

static ssize_t
write_low(mailstream_low *low, const void *bytes, size_t length)
{
	struct imap_stream *stream = low->data;

	while (!stream->is_broken) {
		size_t put = 0;
		CURLcode code = curl_easy_send(stream->curl, bytes, length, &put);
		if (code == CURLE_OK && put > 0)
			return (ssize_t)put;
		if (code != CURLE_AGAIN)
			return break_off(stream, "the server closed the connection");
		if (!wait_for(stream, POLLOUT))
			return break_off(stream, "the server took too long to read");
	}
	return -1;
}

/* The connection is the stream's; libetpan ends only its own view of it. */
static int
close_low(mailstream_low *low)
{
	(void)low;
	return 0;
}

static int
get_fd(mailstream_low *low)
{
	return ((struct imap_stream *)low->data)->fd;
}

static void
free_low(mailstream_low *low)
{
	free(low);
}

static void
cancel_low(mailstream_low *low)
{
	(void)low;
}

static struct mailstream_cancel *
get_cancel(mailstream_low *low)
{
	(void)low;
	return NULL;
}

static carray *
get_chain(mailstream_low *low)
{
	(void)low;
	return NULL;
}

static mailstream_low_driver driver = {
    .mailstream_read = read_low,
    .mailstream_write = write_low,
    .mailstream_close = close_low,
    .mailstream_get_fd = get_fd,
    .mailstream_free = free_low,
    .mailstream_cancel = cancel_low,
    .mailstream_get_cancel = get_cancel,
    .mailstream_get_certificate_chain = get_chain,
};

mailstream *
imap_stream_for_libetpan(struct imap_stream *stream)
{
	mailstream_low *low = mailstream_low_new(stream, &driver);
	mailstream *whole = low ? mailstream_new(low, BUFFER_BYTES) : NULL;

	if (low && !whole)
		mailstream_low_free(low);
	return whole;
}

static bool
translate(CURLcode code, const char *text, struct failure *why)
{
	switch (curl_line_fault(code)) {
	case LINE_CERTIFICATE:
		return fail(why, REMEDY_STOP, "inbox.certificate", "%s", text);
	case LINE_NO_TLS:
		return fail(why, REMEDY_STOP, "inbox.no-tls", "the server offers no TLS: %s", text);
	case LINE_LOGIN:
		return fail(why, REMEDY_STOP, "inbox.login", "%s", text);
	default:
		return fail(why, REMEDY_RETRY, "inbox.network", "%s", text);
	}
}

/*
 * CURLOPT_CONNECT_ONLY does all of libcurl's connecting: TCP, TLS or STARTTLS, CAPABILITY and
 * login, and then leaves us a pipe. CURLOPT_CONNECTTIMEOUT bounds the whole of that (libcurl
 * counts it as connecting up to its first command), and stops with it, as CURLOPT_TIMEOUT may not.
 */
static bool
connect_stream(struct imap_stream *stream, struct failure *why)
{
	char text[CURL_ERROR_SIZE] = "";
	CURL *curl = stream->curl;
	CURLcode bad = curl_easy_setopt(curl, CURLOPT_CONNECT_ONLY, 1L);

	bad |= curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, text);
	if (bad)
		return fail(why, REMEDY_STOP, "line.curl", "libcurl refuses an option we rely on");
	CURLcode code = curl_easy_perform(curl);
	(void)curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, NULL);
	(void)curl_easy_setopt(curl, CURLOPT_PASSWORD, NULL);
	if (code)
		return translate(code, text[0] ? text : curl_easy_strerror(code), why);
	if (curl_easy_getinfo(curl, CURLINFO_ACTIVESOCKET, &stream->fd) || stream->fd < 0)
		return fail(why, REMEDY_RETRY, "inbox.network", "the server closed the connection");
	return true;
}

bool
imap_stream_open(const struct server *server, const char *password, unsigned seconds,
    struct imap_stream **out, struct failure *why)
{
	struct imap_stream *stream = g_new0(struct imap_stream, 1);
	struct curl_line line = {
	    .url = server->url,
	    .schemes = "imap,imaps",
	    .user = password ? server->user : NULL,
	    .password = password,
	    .ca_file = server->ca_file,
	    .plain_on_loopback = server->plain_on_loopback,
	    .connect_seconds = seconds,
	};

	stream->fd = CURL_SOCKET_BAD;
	stream->curl = curl_easy_init();
	if (!curl_line_set(stream->curl, &line, why)) {
		imap_stream_close(stream);
		if (!strcmp(why->code, "line.no-tls"))
			why->code = "inbox.no-tls";
		return false;
	}
	pulse_within(seconds);
	if (!connect_stream(stream, why)) {
		imap_stream_close(stream);
		return false;
	}
	memcpy(stream->ahead, GREETING, sizeof GREETING - 1);
	stream->ahead_used = sizeof GREETING - 1;
	*out = stream;
	return true;
}

void
imap_stream_close(struct imap_stream *stream)
{
	if (!stream)
		return;
	/* libcurl's own farewell must find nobody there: it would wait for an answer */
	if (stream->fd != CURL_SOCKET_BAD)
		(void)shutdown(stream->fd, SHUT_RDWR);
	curl_easy_cleanup(stream->curl);
	explicit_bzero(stream->ahead, sizeof stream->ahead);
	g_free(stream);
}

void
imap_stream_begin(struct imap_stream *stream, unsigned seconds, uint64_t max_bytes)
{
	pulse_within(seconds);
	stream->deadline_at = deadline_in(seconds);
	imap_guard_begin(&stream->guard, max_bytes);
}

const struct imap_guard *
imap_stream_guard(const struct imap_stream *stream)
{
	return &stream->guard;
}

bool
imap_stream_is_broken(const struct imap_stream *stream, struct failure *why)
{
	if (stream->is_broken)
		*why = stream->fault;
	return stream->is_broken;
}

void
imap_stream_give_up(struct imap_stream *stream, const struct failure *why)
{
	if (!stream->is_broken)
		stream->fault = *why;
	stream->is_broken = true;
}

/* Takes what has come, without waiting; 0 when there is nothing. */
static ssize_t
look_ahead(struct imap_stream *stream)
{
	size_t got = 0;

	if (stream->ahead_used)
		return 1;
	CURLcode code = curl_easy_recv(stream->curl, stream->ahead, sizeof stream->ahead, &got);
	if (code == CURLE_AGAIN)
		return 0;
	if (code || got == 0)
		return break_off(stream, "the server closed the connection");
	stream->ahead_at = 0;
	stream->ahead_used = got;
	return 1;
}

static bool
has_words(struct imap_stream *stream, const mailstream *reader, enum imap_waited *out)
{
	*out = WAITED_DATA;
	return reader->read_buffer_len > 0 || look_ahead(stream) != 0;
}

bool
imap_stream_wait(struct imap_stream *stream, const mailstream *reader, unsigned seconds,
    int wake_fd, enum imap_waited *out, struct failure *why)
{
	int64_t end_at = deadline_in(seconds);
	struct pollfd ready[] = {
	    {.fd = stream->fd, .events = POLLIN},
	    {.fd = wake_fd, .events = POLLIN},
	};

	while (!has_words(stream, reader, out)) {
		int answer = pulse_poll(ready, COUNT_OF(ready), left_ms(end_at));
		if (answer < 0 || ready[1].revents)
			*out = WAITED_WOKEN;
		else if (answer == 0)
			*out = WAITED_OVER;
		else
			continue;
		return true;
	}
	return !imap_stream_is_broken(stream, why);
}
