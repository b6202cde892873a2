/* Sets a libcurl handle up so that it talks to the right server, privately, or not at all. */
/* SPDX-License-Identifier: MIT */
#include "base/curl_line.h"

#include <arpa/inet.h>
#include <glib.h>
#include <string.h>
#include <sys/socket.h>

static bool
is_loopback(const struct sockaddr *address)
{
	if (address->sa_family == AF_INET) {
		const struct sockaddr_in *four = (const struct sockaddr_in *)(const void *)address;
		return (ntohl(four->sin_addr.s_addr) >> 24) == 127;
	}
	if (address->sa_family == AF_INET6) {
		const struct sockaddr_in6 *six = (const struct sockaddr_in6 *)(const void *)address;
		return IN6_IS_ADDR_LOOPBACK(&six->sin6_addr);
	}
	return false;
}

/* Close-on-exec, so that no program we start inherits a logged-in connection. */
static curl_socket_t
open_socket(void *context, curlsocktype purpose, struct curl_sockaddr *address)
{
	(void)context;
	(void)purpose;
	return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

/* The name said loopback; this holds what the resolver made of it to that. */
static curl_socket_t
open_loopback_socket(void *context, curlsocktype purpose, struct curl_sockaddr *address)
{
	return is_loopback(&address->addr) ? open_socket(context, purpose, address)
					   : CURL_SOCKET_BAD;
}

static bool
names_loopback(const char *host)
{
	struct in_addr four;

	if (!strcmp(host, "localhost") || !strcmp(host, "[::1]") || !strcmp(host, "::1"))
		return true;
	return inet_pton(AF_INET, host, &four) == 1 && (ntohl(four.s_addr) >> 24) == 127;
}

static void
cleanup_url(CURLU **url)
{
	curl_url_cleanup(*url);
}

/* In lower case; NULL where it is no URL. */
static char *
get_part(const char *text, CURLUPart part)
{
	CLEANUP(cleanup_url) CURLU *url = curl_url();
	char *found = NULL, *copy;

	if (!url || curl_url_set(url, CURLUPART_URL, text, 0) || curl_url_get(url, part, &found, 0))
		return NULL;
	copy = g_ascii_strdown(found, -1);
	curl_free(found);
	return copy;
}

static bool
scheme_is_allowed(const char *scheme, const char *schemes)
{
	g_auto(GStrv) allowed = g_strsplit(schemes, ",", -1);

	return g_strv_contains((const char *const *)allowed, scheme);
}

/* TLS from the first byte, STARTTLS, or plain on this machine. */
static bool
choose_privacy(const struct curl_line *line, long *use_ssl, bool *is_plain, struct failure *why)
{
	g_autofree char *scheme = get_part(line->url, CURLUPART_SCHEME);
	g_autofree char *host = get_part(line->url, CURLUPART_HOST);

	if (!scheme || !host || !scheme_is_allowed(scheme, line->schemes))
		return fail(why, REMEDY_STOP, "line.url", "%s is not one of %s://host:port",
		    line->url, line->schemes);
	*is_plain = line->plain_on_loopback && !g_str_has_suffix(scheme, "s");
	*use_ssl = *is_plain ? CURLUSESSL_NONE : CURLUSESSL_ALL;
	if (*is_plain && !names_loopback(host))
		return fail(why, REMEDY_STOP, "line.no-tls",
		    "plain_on_loopback is set, and %s is not this machine", host);
	return true;
}

static CURLcode
set_trust(CURL *curl, const char *ca_file)
{
	CURLcode bad = curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, 1L);

	bad |= curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, 2L);
	bad |= curl_easy_setopt(curl, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	if (ca_file) {
		bad |= curl_easy_setopt(curl, CURLOPT_CAINFO, ca_file);
		/* else the system's folder of authorities would count beside the file */
		(void)curl_easy_setopt(curl, CURLOPT_CAPATH, NULL);
	}
	return bad;
}

bool
curl_line_set(CURL *curl, const struct curl_line *line, struct failure *why)
{
	long use_ssl;
	bool is_plain;

	if (!choose_privacy(line, &use_ssl, &is_plain, why))
		return false;
	CURLcode bad = curl_easy_setopt(curl, CURLOPT_URL, line->url);
	bad |= curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, line->schemes);
	bad |= curl_easy_setopt(curl, CURLOPT_PROXY, "");
	bad |= curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
	bad |= curl_easy_setopt(curl, CURLOPT_DISALLOW_USERNAME_IN_URL, 1L);
	bad |= curl_easy_setopt(curl, CURLOPT_TCP_KEEPALIVE, 1L);
	bad |= curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, (long)line->connect_seconds);
	bad |= curl_easy_setopt(curl, CURLOPT_USE_SSL, use_ssl);
	bad |= curl_easy_setopt(
	    curl, CURLOPT_OPENSOCKETFUNCTION, is_plain ? open_loopback_socket : open_socket);
	bad |= set_trust(curl, line->ca_file);
	if (line->user) {
		bad |= curl_easy_setopt(curl, CURLOPT_USERNAME, line->user);
		bad |=
		    curl_easy_setopt(curl, CURLOPT_PASSWORD, line->password ? line->password : "");
	}
	return !bad || fail(why, REMEDY_STOP, "line.curl", "libcurl refuses an option we rely on");
}

enum line_fault
curl_line_fault(CURLcode code)
{
	switch (code) {
	case CURLE_OK:
		return LINE_FINE;
	case CURLE_PEER_FAILED_VERIFICATION:
	case CURLE_SSL_CACERT_BADFILE:
	case CURLE_SSL_ISSUER_ERROR:
	case CURLE_SSL_INVALIDCERTSTATUS:
		return LINE_CERTIFICATE;
	case CURLE_USE_SSL_FAILED:
		return LINE_NO_TLS;
	case CURLE_SSL_CONNECT_ERROR:
		return LINE_HANDSHAKE;
	case CURLE_LOGIN_DENIED:
	case CURLE_AUTH_ERROR:
		return LINE_LOGIN;
	default:
		return LINE_NETWORK;
	}
}
