/* Lets each condition say itself, so that explaining costs nothing. */
/* SPDX-License-Identifier: MIT */
#include "routing/rule_words.h"

#include <glib.h>
#include <string.h>

/* An operator in a rule's words and in a question's: "Is the age" "under" "18". */
static const struct {
	const char *words, *verb, *asks, *joins;
} SAYS[OPERATORS] = {
    [OPERATOR_EQUALS] = {"", "Is", "", " or "},
    [OPERATOR_IS_NOT] = {"is not ", "Is", "other than ", " or "},
    [OPERATOR_ANY_OF] = {"any of ", "Is", "", " or "},
    [OPERATOR_ALL_OF] = {"all of ", "Does", "include ", " and "},
    [OPERATOR_NONE_OF] = {"none of ", "Is", "none of ", ", "},
    [OPERATOR_INCLUDES] = {"includes ", "Does", "include ", " or "},
    [OPERATOR_FROM] = {"from ", "Is", "from ", ""},
    [OPERATOR_UNDER] = {"under ", "Is", "under ", ""},
    [OPERATOR_AT_LEAST] = {"at least ", "Is", "at least ", ""},
    [OPERATOR_AT_MOST] = {"at most ", "Is", "at most ", ""},
    [OPERATOR_WITHIN] = {"within ", "Is", "within ", " or "},
    [OPERATOR_MENTIONS] = {"mentions ", "Does", "mention ", " or "},
    [OPERATOR_IS_KNOWN] = {"is known: ", "Is", "known", ""},
};

const char *
condition_words(const struct condition *condition, struct arena *arena)
{
	g_autoptr(GString) words = g_string_new(condition->operand->name);

	for (size_t at = 0; at < condition->test_count; at++) {
		const struct test *test = &condition->tests[at];
		g_string_append_printf(words, "%s%s", at ? ", " : ": ", SAYS[test->how].words);
		for (size_t value = 0; value < test->value_count; value++)
			g_string_append_printf(
			    words, "%s%s", value ? ", " : "", test->values[value]);
	}
	return arena_text(arena, words->str);
}

/* A value as officers read it. */
static const char *
value_label(const struct operand *operand, const char *value)
{
	if (operand->kind == OPERAND_TEXT && strcmp(value, "this-agency") == 0)
		return "this agency";
	int choice = operand->kind == OPERAND_CHOICE || operand->kind == OPERAND_CHOICES
	    ? choice_find(operand->field, value)
	    : -1;

	return choice < 0 ? value : operand->field->choices[choice].label;
}

static void
ask_subject(GString *question, const struct operand *operand)
{
	switch (operand->kind) {
	case OPERAND_AGE:
		g_string_append(question, "the age ");
		break;
	case OPERAND_AREA:
		g_string_append_printf(question, "the area of \"%s\" ", operand->field->label);
		break;
	default:
		g_string_append_printf(question, "\"%s\" ", operand->field->label);
	}
}

static void
ask_values(GString *question, const struct operand *operand, const struct test *test)
{
	g_string_append(question, SAYS[test->how].asks);
	if (test->how == OPERATOR_IS_KNOWN)
		return;
	for (size_t at = 0; at < test->value_count; at++)
		g_string_append_printf(question, "%s%s", at ? SAYS[test->how].joins : "",
		    value_label(operand, test->values[at]));
	if (test->how == OPERATOR_WITHIN && operand->kind == OPERAND_DAY)
		g_string_append(question, " of the report");
}

/* Of several choices one asks what they include. */
static const char *
verb_of(const struct operand *operand, const struct test *test, const char **also)
{
	bool includes = operand->kind == OPERAND_CHOICES &&
	    (test->how == OPERATOR_ANY_OF || test->how == OPERATOR_NONE_OF);

	*also = includes ? "include " : "";
	return includes ? "Does" : SAYS[test->how].verb;
}

const char *
condition_question(const struct condition *condition, struct arena *arena)
{
	g_autoptr(GString) question = g_string_new(NULL);
	const struct operand *operand = condition->operand;

	if (operand->kind == OPERAND_UNBORN)
		return "Is the child unborn?";
	for (size_t at = 0; at < condition->test_count; at++) {
		const char *also, *verb = verb_of(operand, &condition->tests[at], &also);
		if (at)
			g_string_append(question, " and ");
		if (!at || *verb == 'D') {
			g_string_append_printf(question, "%s ", at ? "does" : verb);
			ask_subject(question, operand);
		}
		g_string_append(question, also);
		ask_values(question, operand, &condition->tests[at]);
	}
	g_string_append_c(question, '?');
	return arena_text(arena, question->str);
}

/* The way through a judged tree, to the tests that leave it open. */
struct asking {
	const struct judging *judging;
	const struct condition_seen *seen;
	GString *question;
	size_t next;
};

static void
ask_test(struct asking *asking, const struct condition *condition, size_t line)
{
	const char *because = asking->judging->because[line];
	GString *question = asking->question;

	if (question->len)
		g_string_append_c(question, ' ');
	g_string_append_printf(question, "%s ", condition->question);
	if (strcmp(because, RULE_NO_CHILD) == 0)
		g_string_append(question, "The form names no child.");
	else
		g_string_append_printf(
		    question, "\"%s\" %s.", condition->operand->field->label, because);
}

/* Goes into every part, to keep count of the lines, and asks where all above is open. */
static void
ask(struct asking *asking, const struct condition *condition, bool is_open)
{
	size_t line = asking->next++;

	is_open = is_open && asking->seen[line].answer == ANSWER_CANNOT_TELL;
	if (condition->kind == CONDITION_TEST && is_open)
		ask_test(asking, condition, line);
	for (size_t at = 0; at < condition->part_count; at++)
		ask(asking, &condition->parts[at], is_open);
}

const char *
rule_question(const struct judging *judging, const struct rule *rule,
    const struct condition_seen *seen, struct arena *arena)
{
	g_autoptr(GString) question = g_string_new(NULL);
	struct asking asking = {.judging = judging, .seen = seen, .question = question};

	if (rule->when)
		ask(&asking, rule->when, true);
	return arena_text(arena, question->str);
}
