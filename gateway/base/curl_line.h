/* One verified connection to a mail server, set up in one place for IMAP and SMTP. */
/* SPDX-License-Identifier: MIT */
#ifndef BASE_CURL_LINE_H
#define BASE_CURL_LINE_H

#include <curl/curl.h>

#include "base/failure.h"

/* What libcurl needs to know of a server. Nothing is kept here; libcurl copies what it needs. */
struct curl_line {
	const char *url;     /* scheme://host:port, without user or path */
	const char *schemes; /* those allowed: "imap,imaps" */
	const char *user;    /* NULL: no login */
	const char *password;
	const char *ca_file;      /* these authorities and no others; NULL: the system's */
	bool plain_on_loopback;   /* a scheme without TLS stays plain, on this machine only */
	unsigned connect_seconds; /* name, TCP, TLS, greeting and login together */
};

/*
 * Sets all that keeps a connection honest: the named schemes only, no proxy (not even from the
 * environment), no redirect to another user, TLS 1.2 or later with certificate and host name
 * verified, or, for a scheme that begins plain, STARTTLS or no connection at all.
 *
 * libcurl does not look at a certificate's extended key usage: a certificate that its authority
 * issued for clients only is accepted as the server's, if its name fits.
 *
 * fails   STOP  line.url      not scheme://host[:port] with an allowed scheme
 *         STOP  line.no-tls   plain was asked for, and the host is not this machine
 *         STOP  line.curl     this libcurl lacks something we rely on
 */
MUST_CHECK bool curl_line_set(CURL *curl, const struct curl_line *line, struct failure *why);

/* What a failed transfer says about the line, as opposed to what was sent over it. */
enum line_fault {
	LINE_FINE,
	LINE_CERTIFICATE, /* the certificate or its name cannot be trusted, or our CA file is bad */
	LINE_NO_TLS,      /* the server offers none */
	LINE_HANDSHAKE,   /* TLS was begun and failed */
	LINE_LOGIN,       /* refused, or no way of logging in that both sides know */
	LINE_NETWORK,     /* anything else */
};
enum line_fault curl_line_fault(CURLcode code);

#endif
