/* How the bytes of a text part become words. */
/* SPDX-License-Identifier: MIT */
#include "mime/mime_text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/limits.h"
#include "mime/flowed_text.h"
#include "mime/html_text.h"
#include "mime/mime_charset.h"
#include "mime/mime_field.h"

static struct arena *arena;

static int
begin(void **state)
{
	(void)state;
	arena = arena_open(64u * 1024 * 1024);
	return 0;
}

static int
end(void **state)
{
	(void)state;
	arena_close(arena);
	return 0;
}

static struct plain
words(const char *text)
{
	return plain_copy(arena, text, strlen(text));
}

static void
assert_words(struct plain plain, const char *expected)
{
	const char *text = arena_textn(arena, plain.words, plain.length);

	assert_string_equal(text, expected);
	assert_int_equal(plain.length, strlen(expected));
}

static void
test_html_text__reads_as_a_reader_sees_it(void **state)
{
	static const struct {
		const char *html, *text;
	} PAGES[] = {
	    {"", ""},
	    {"plain", "plain\n"},
	    {"<p>One</p><p>Two</p>", "One\nTwo\n"},
	    {"<div>One</div>\r\n<div>Two</div>\r\n", "One\nTwo\n"},
	    {"One<br>Two<BR/>Three", "One\nTwo\nThree\n"},
	    {"<div>One</div><div><br></div><div>Two</div>", "One\n\nTwo\n"},
	    {"  folded \r\n\t white   space ", "folded white space\n"},
	    {"in<b>line</b> <i>tags</i><o:p></o:p>", "inline tags\n"},
	    {"<pre>a  b\r\n c</pre>d", "a  b\n c\nd\n"},
	    {"<head><title>t</title><style>p{}</style></head><body>x<script>if(a<b){}</script>y</body>", "xy\n"},
	    {"a<!-- <p>no</p> -->b<!--[if mso]><p>no</p><![endif]-->c", "abc\n"},
	    {"<ul><li>One<li>Two</ul>", "One\nTwo\n"},
	    {"a < b & c > d", "a < b & c > d\n"},
	    {"<a title=\"x > y\" href='z>'>link</a>", "link\n"},
	    {"&lt;p&gt;&amp;amp;&quot;&#39;&#x41;&eacute;&rsquo;&#8364;", "<p>&amp;\"'A\xc3\xa9\xe2\x80\x99\xe2\x82\xac\n"},
	    {"O&#146;Brien &eacute &unknown; &; &#; &#xZ;", "O\xe2\x80\x99" "Brien \xc3\xa9 &unknown; &; &#; &#xZ;\n"},
	    {"&#0;&#1;&#xD800;&#9999999;", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\n"},
	    {"a&nbsp;b", "a\xc2\xa0" "b\n"},
	    {"never closed <p", "never closed\n"},
	    {"never closed <!-- ", "never closed\n"},
	    {"never closed <style>p{}", "never closed\n"},
	    {"never closed <a href=\"", "never closed\n"},
	};

	(void)state;
	for (size_t at = 0; at < COUNT_OF(PAGES); at++)
		assert_words(html_to_text(words(PAGES[at].html), arena), PAGES[at].text);
}

static void
test_html_text__table_rows_become_labels_and_values(void **state)
{
	static const struct {
		const char *html, *text;
	} TABLES[] = {
	    {"<table><tr><td>Name</td><td>Zo&euml;</td></tr><tr><td>Age</td><td>7</td></tr></table>",
		"Name: Zo\xc3\xab\nAge: 7\n"},
	    {"<table>\n<tr>\n<td><p>Name:</p></td>\n<td><p>Zoe</p></td>\n</tr>\n</table>after", "Name: Zoe\nafter\n"},
	    {"<table><tr><td>Name</td><td></td></tr><tr><td>Age</td><td>7</td></tr></table>", "Name:\nAge: 7\n"},
	    {"<table><tr><td>Name</td><td>A</td><td>Born</td><td>B</td></tr></table>", "Name: A\nBorn: B\n"},
	    {"<table><tr><td>What</td><td><p>One</p><p>Two</p></td></tr></table>", "What: One\nTwo\n"},
	    {"<table><tr><td>heading</td></tr><tr><th>L</th><td>V</td></tr></table>", "heading\nL: V\n"},
	    {"<table><tr><td><table><tr><td>L</td><td>V</td></tr></table></td></tr></table>x", "L: V\nx\n"},
	    {"<table><tr><td></td><td>V</td></tr></table>", "V\n"},
	    {"</table></table><td>a<td>b", "a: b\n"},
	};

	(void)state;
	for (size_t at = 0; at < COUNT_OF(TABLES); at++)
		assert_words(html_to_text(words(TABLES[at].html), arena), TABLES[at].text);
}

static void
test_html_text__depth_is_no_danger(void **state)
{
	char *deep = malloc(600001);

	(void)state;
	for (size_t at = 0; at < 600000; at += 6)
		memcpy(deep + at, "<table", 6);
	for (size_t at = 5; at < 600000; at += 12)
		deep[at] = '>';
	(void)html_to_text((struct plain){deep, 600000}, arena);
	for (size_t at = 0; at < 600000; at += 4)
		memcpy(deep + at, "<td>", 4);
	(void)html_to_text((struct plain){deep, 600000}, arena);
	for (size_t at = 0; at < 600000; at += 4)
		memcpy(deep + at, "<br>", 4);
	assert_int_equal(html_to_text((struct plain){deep, 600000}, arena).length, 150000);
	free(deep);
}

static void
test_flowed_text__soft_breaks_are_undone(void **state)
{
	static const struct {
		const char *flowed, *text;
		bool deletes;
	} TEXTS[] = {
	    {"one \ntwo\nthree", "one two\nthree\n", false},
	    {"one \ntwo\n", "onetwo\n", true},
	    {" stuffed\n  two spaces\n >no quote\n", "stuffed\n two spaces\n>no quote\n", false},
	    {"> quoted \n> on\n>> deeper \n> less\n", "> quoted on\n>> deeper \n> less\n", false},
	    {"text \n-- \nname\n", "text \n-- \nname\n", false},
	    {"soft \n> quote\n", "soft \n> quote\n", false},
	    {"ends soft ", "ends soft ", false},
	    {"\n \n\n", "\n\n\n", false},
	    {"", "", false},
	    {">\n>\n", "> \n> \n", false},
	};

	(void)state;
	for (size_t at = 0; at < COUNT_OF(TEXTS); at++)
		assert_words(flowed_to_text(words(TEXTS[at].flowed), TEXTS[at].deletes, arena), TEXTS[at].text);
}

static void
test_mime_charset__letters_survive(void **state)
{
	static const struct {
		const char *charset, *bytes, *text;
		bool lost;
	} SETS[] = {
	    {"windows-1252", "O\x92" "Brien \x80 caf\xe9", "O\xe2\x80\x99" "Brien \xe2\x82\xac caf\xc3\xa9", false},
	    {"ISO-8859-1", "O\x92" "Brien", "O\xe2\x80\x99" "Brien", false},
	    {"CP1252", "\xa3", "\xc2\xa3", false},
	    {"iso-8859-15", "\xa4", "\xe2\x82\xac", false},
	    {"utf-8", "caf\xc3\xa9 \xff!", "caf\xc3\xa9 \xef\xbf\xbd!", true},
	    {"UTF8", "\xe2\x82\xac", "\xe2\x82\xac", false},
	    {"us-ascii", "caf\xc3\xa9", "caf\xc3\xa9", false},
	    {NULL, "caf\xe9", "caf\xc3\xa9", false},
	    {"", "plain", "plain", false},
	    {"koi8-r", "\xf0\xf2", "\xd0\x9f\xd0\xa0", false},
	    {"windows-1252", "\x81!", "\xef\xbf\xbd!", true},
	    {"x-nobody-knows", "caf\xe9 bar", "caf\xef\xbf\xbd bar", true},
	    {"x-nobody-knows", "plain", "plain", false},
	    {"gb2312", "\xd6\xd0", "\xe4\xb8\xad", false},
	    {"iso-2022-jp", "\x1b$B%F\x1b(B", "\xe3\x83\x86", false},
	    {"shift_jis", "\x83", "\xef\xbf\xbd", true},
	};

	(void)state;
	for (size_t at = 0; at < COUNT_OF(SETS); at++) {
		bool lost = false;
		struct plain text = mime_to_utf8((const uint8_t *)SETS[at].bytes, strlen(SETS[at].bytes),
		    SETS[at].charset, arena, &lost);
		assert_words(text, SETS[at].text);
		assert_int_equal(lost, SETS[at].lost);
	}
}

static void
test_mime_charset__utf16_is_read_with_its_mark(void **state)
{
	bool lost = false;

	(void)state;
	assert_words(mime_to_utf8((const uint8_t *)"\xfe\xff\0A\0\xe9", 6, "utf-16", arena, &lost), "A\xc3\xa9");
	assert_words(mime_to_utf8((const uint8_t *)"\xff\xfe" "A\0\xe9\0", 6, "UTF-16", arena, &lost), "A\xc3\xa9");
	assert_words(mime_to_utf8((const uint8_t *)"A\0\xe9\0", 4, "utf-16le", arena, &lost), "A\xc3\xa9");
	assert_false(lost);
}

static struct plain
text_of(const char *mail, size_t length)
{
	struct mime_part root;
	struct failure why;
	struct plain text;
	bool lost = false;

	assert_true(mime_read((const uint8_t *)mail, length, arena, &root, &why));
	assert_true(mime_read_text(&root, arena, &text, &lost, &why));
	return text;
}

static void
test_mime_text__parts_are_read_by_their_own_words(void **state)
{
	static const struct {
		const char *mail, *text;
	} MAILS[] = {
	    {"Subject: x\r\n\r\none\r\ntwo\r\n", "one\ntwo\n"},
	    {"Content-Type: text/plain; format=flowed\r\n\r\none \r\ntwo\r\n", "one two\n"},
	    {"Content-Type: text/plain; format=Flowed; delsp=YES\r\n\r\none \r\ntwo\r\n", "onetwo\n"},
	    {"Content-Type: text/html; charset=windows-1252\r\n\r\n<p>\x80</p><p>2</p>", "\xe2\x82\xac\n2\n"},
	    {"Content-Type: text/plain; charset=utf-8\r\n\r\n\xef\xbb\xbfmarked", "marked"},
	    {"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\nYQ0KYg==", "a\nb"},
	};

	(void)state;
	for (size_t at = 0; at < COUNT_OF(MAILS); at++)
		assert_words(text_of(MAILS[at].mail, strlen(MAILS[at].mail)), MAILS[at].text);
}

static void
test_mime_text__a_huge_text_is_refused(void **state)
{
	static char huge[MIME_TEXT_MAX_BYTES + 1];
	struct mime_part part = {.type = "text", .subtype = "plain", .bytes = (uint8_t *)huge, .length = sizeof huge};
	struct failure why;
	struct plain text;
	bool lost = false;

	(void)state;
	assert_false(mime_read_text(&part, arena, &text, &lost, &why));
	assert_string_equal(why.code, "mime.limits");
}

/* The walls of a job's child: no descriptor can be opened. A test process of its own shows it. */
static void
test_mime_text__converters_work_behind_walls(void **state)
{
	static const char MAIL[] =
	    "Subject: =?windows-1252?Q?O=92Brien?= =?iso-8859-2?Q?=A3ukasz?=\r\n"
	    "Content-Type: text/plain; charset=windows-1252\r\n\r\nO\x92" "Brien \xa3";
	(void)state;
	pid_t child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		struct rlimit none = {0, 0};
		(void)setrlimit(RLIMIT_NOFILE, &none);
		struct mime_part root;
		struct failure why;
		struct plain text;
		bool lost = false;
		if (open("/dev/null", 0) >= 0 ||
		    !mime_read((const uint8_t *)MAIL, strlen(MAIL), arena, &root, &why) ||
		    !mime_read_text(&root, arena, &text, &lost, &why))
			_exit(1);
		if (!plain_equals(text, "O\xe2\x80\x99" "Brien \xc2\xa3") || lost)
			_exit(2);
		if (!plain_equals(mime_field_text(&root, "Subject", arena), "O\xe2\x80\x99" "Brien\xc5\x81ukasz"))
			_exit(3);
		_exit(0);
	}
	int status;
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}

static void
test_mime_field__says_what_stands_in_the_header(void **state)
{
	static const char MAIL[] =
	    "From: =?utf-8?Q?Zo=C3=AB?= Smith <Zoe.Smith@Police.Example>\r\n"
	    "To: \"Desk, the\" <desk@wandle.example>,\r\n other@wandle.example\r\n"
	    "Cc: undisclosed: hidden@wandle.example;\r\n"
	    "Subject: =?utf-8?Q?caf=C3=A9?=\r\n =?utf-8?Q?_noir?=  \r\n"
	    "Date: Sat, 21 Nov 2026 10:55:00 +0100\r\n"
	    "Received: one\r\nReceived: two\r\n"
	    "Reply-To: nobody\r\n"
	    "X-Bad: a\x01" "b\r\n"
	    "\r\nx";
	struct mime_part root;
	struct failure why;

	(void)state;
	assert_true(mime_read((const uint8_t *)MAIL, strlen(MAIL), arena, &root, &why));
	assert_words(mime_field_mailbox(&root, "from", arena), "zoe.smith@police.example");
	assert_words(mime_field_mailbox(&root, "To", arena), "");
	assert_words(mime_field_mailbox(&root, "Cc", arena), "");
	assert_words(mime_field_mailbox(&root, "Reply-To", arena), "");
	assert_words(mime_field_mailbox(&root, "Sender", arena), "");
	assert_true(mime_field_lists(&root, "To", "DESK@wandle.example"));
	assert_true(mime_field_lists(&root, "To", "other@wandle.example"));
	assert_false(mime_field_lists(&root, "To", "the@wandle.example"));
	assert_false(mime_field_lists(&root, "Cc", "hidden@wandle.example"));
	assert_false(mime_field_lists(&root, "Bcc", "x@y"));
	assert_words(mime_field_text(&root, "Subject", arena), "caf\xc3\xa9 noir");
	assert_words(mime_field_text(&root, "X-Bad", arena), "a b");
	assert_words(mime_field_text(&root, "X-None", arena), "");
	assert_int_equal(mime_field_date(&root, "Date"), 1795254900);
	assert_int_equal(mime_field_date(&root, "X-None"), 0);
	assert_int_equal(mime_field_count(&root, "received"), 2);
	assert_null(mime_field_raw(&root, "X-None"));
}

static int
ready(void **state)
{
	(void)state;
	return mime_init() ? 0 : -1;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(test_html_text__reads_as_a_reader_sees_it, begin, end),
	    cmocka_unit_test_setup_teardown(test_html_text__table_rows_become_labels_and_values, begin, end),
	    cmocka_unit_test_setup_teardown(test_html_text__depth_is_no_danger, begin, end),
	    cmocka_unit_test_setup_teardown(test_flowed_text__soft_breaks_are_undone, begin, end),
	    cmocka_unit_test_setup_teardown(test_mime_charset__letters_survive, begin, end),
	    cmocka_unit_test_setup_teardown(test_mime_charset__utf16_is_read_with_its_mark, begin, end),
	    cmocka_unit_test_setup_teardown(test_mime_text__parts_are_read_by_their_own_words, begin, end),
	    cmocka_unit_test_setup_teardown(test_mime_text__a_huge_text_is_refused, begin, end),
	    cmocka_unit_test_setup_teardown(test_mime_text__converters_work_behind_walls, begin, end),
	    cmocka_unit_test_setup_teardown(test_mime_field__says_what_stands_in_the_header, begin, end),
	};

	return cmocka_run_group_tests(tests, ready, NULL);
}
