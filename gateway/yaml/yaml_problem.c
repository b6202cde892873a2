/* A table from libyaml's terms to plain words. */
/* SPDX-License-Identifier: MIT */
#include "yaml/yaml_problem.h"

#include <string.h>

struct phrase {
	const char *context; /* a part of libyaml's context, NULL for any */
	const char *problem; /* a part of libyaml's problem */
	const char *words;
	bool at_start;
};

/* The first that fits counts. The strings are those of scanner.c and parser.c of libyaml 0.2.5. */
static const struct phrase PHRASES[] = {
    {"quoted scalar", "unexpected end of stream", "this quote is never closed", true},
    {"quoted scalar", "document indicator", "this quote is not closed before the --- or ...", true},
    {"quoted scalar", "escape",
	"a backslash that means nothing here: in \"double quotes\" write "
	"\\\\ for one, or use 'single quotes'",
	false},
    {NULL, "mapping values are not allowed",
	"a colon where no key can stand: put a text with a colon in quotes, and check that the "
	"line is indented like its neighbours",
	false},
    {NULL, "could not find expected ':'",
	"a line without a colon among \"key: value\" lines: is the colon missing, or the space "
	"after it?",
	true},
    {NULL, "block sequence entries are not allowed",
	"a \"- \" where no list can begin: put it on a line of its own", false},
    {"block mapping", "did not find expected key",
	"this line does not go on the map above it: check its indentation, and put a text that "
	"begins with a quote or * & ! % @ ` wholly in quotes",
	false},
    {"block collection", "did not find expected '-'",
	"this line does not go on the list above it: begin it with \"- \", or check its "
	"indentation",
	false},
    {"flow mapping", "did not find expected",
	"the { in this line is not closed by a }, or a "
	"comma is missing in it",
	true},
    {"flow sequence", "did not find expected",
	"the [ in this line is not closed by a ], or a "
	"comma is missing in it",
	true},
    {NULL, "cannot start any token", "a text cannot begin with this character: put it in quotes",
	false},
    {NULL, "tab character", "a tab where only spaces may stand", false},
    {NULL, "did not find expected node content", "a value is missing before this", false},
    {NULL, "did not find expected <document start>",
	"this does not belong to what stands above it: check its indentation", false},
    {"block scalar", "",
	"the | or > of a long text must stand at the end of its line, and the "
	"text below it, indented by spaces",
	false},
    {"directive", "", "a line that begins with %: take it out", false},
    {"anchor", "", "a text that begins with & goes in quotes", false},
    {"alias", "", "a text that begins with * goes in quotes", false},
    {"tag", "", "a text that begins with ! goes in quotes", false},
};

const char *
yaml_problem_words(const char *context, const char *problem, bool *at_start)
{
	for (size_t at = 0; at < COUNT_OF(PHRASES); at++) {
		const struct phrase *phrase = &PHRASES[at];
		if (phrase->context && (!context || !strstr(context, phrase->context)))
			continue;
		if (!strstr(problem ? problem : "", phrase->problem))
			continue;
		*at_start = phrase->at_start;
		return phrase->words;
	}
	*at_start = false;
	return "this cannot be read as YAML: check indentation, colons and quotes";
}
