/* The commands that main can hand over to. */
/* SPDX-License-Identifier: MIT */
#ifndef COMMANDS_COMMANDS_H
#define COMMANDS_COMMANDS_H

/*
 * Each gets its own words (argv[0] is its name) and the path of wandle.yaml, prints to standard
 * output what was asked for and to standard error what is wrong, and returns a sysexits code:
 * 0 done, 64 wrong use, 65 bad input, 69 unavailable, 73 cannot write, 75 try again, 77 a second person must agree,
 * 78 settings or rules are wrong.
 */
int run_command(int argc, char **argv, const char *config);
int check_command(int argc, char **argv, const char *config);
int rules_command(int argc, char **argv, const char *config);
int keys_command(int argc, char **argv, const char *config);
int explain_command(int argc, char **argv, const char *config);
int form_command(int argc, char **argv, const char *config);
int case_command(int argc, char **argv, const char *config);
int reconcile_command(int argc, char **argv, const char *config);
int digest_command(int argc, char **argv, const char *config);
int ledger_command(int argc, char **argv, const char *config);
int status_command(int argc, char **argv, const char *config);

#endif
