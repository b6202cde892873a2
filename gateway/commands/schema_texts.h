/* The schemas that hold for every site, as the program brings them along. */
/* SPDX-License-Identifier: MIT */
#ifndef COMMANDS_SCHEMA_TEXTS_H
#define COMMANDS_SCHEMA_TEXTS_H

enum schema {
	SCHEMA_AGENCIES,
	SCHEMA_BANK_HOLIDAYS,
	SCHEMA_DESK,
	SCHEMA_FORM,
	SCHEMA_OFFICERS,
	SCHEMA_ROUTING,
	SCHEMA_RULE_TESTS,
	SCHEMAS,
};

struct schema_text {
	const char *name; /* "rule-tests" */
	const char *json;
};

/* Of packaging/schema/; made by schema_texts.py. */
extern const struct schema_text SCHEMA_TEXTS[SCHEMAS];

#endif
