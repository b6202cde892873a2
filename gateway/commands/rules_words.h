/* The words of `wandle rules`, each with options of its own. */
/* SPDX-License-Identifier: MIT */
#ifndef COMMANDS_RULES_WORDS_H
#define COMMANDS_RULES_WORDS_H

/* As the commands of commands.h; argv[0] is "rules activate", and so on. */
int rules_test(int argc, char **argv, const char *config);
int rules_activate(int argc, char **argv, const char *config);
int rules_approval(int argc, char **argv, const char *config);
int rules_diff(int argc, char **argv, const char *config);
int rules_history(int argc, char **argv, const char *config);
int rules_modes(int argc, char **argv, const char *config);
int rules_rollback(int argc, char **argv, const char *config);

int rules_check(int argc, char **argv, const char *config);
int rules_schema(int argc, char **argv, const char *config);

/* A warning for each schema that lies beside the rules and is of others; none where all fit. */
void rules_say_old_schemas(const char *rules);

#endif
