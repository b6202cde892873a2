/* A world of keys made for one run: the gateway's home, everyone else's, and mails between them. */
/* SPDX-License-Identifier: MIT */
#ifndef TESTS_KEY_WORLD_H
#define TESTS_KEY_WORLD_H

#include <glib.h>

#include "papers/key_talk.h"

/* Everyone whose secret key lies in the other home. */
enum person {
	ALICE,	    /* an officer, certified */
	BOB,	    /* an officer who signs with a subkey, certified */
	MASH_ONE,   /* first reader of the agency */
	MASH_TWO,   /* second reader, whose key is good */
	EXPIRED,    /* certified, and past its end */
	REVOKED,    /* certified, then revoked */
	STRANGER,   /* in the gateway's ring, not certified */
	UNKNOWN,    /* not in the gateway's ring at all */
	SIGN_ONLY,  /* certified, nothing to encrypt to */
	NOT_PINNED, /* certified, signs with a subkey, and in no entry of the directory */
	ROTATED,    /* certified, with an old subkey past its end and six good ones */
	PEOPLE,
};

struct key_world {
	char *folder;	     /* under /tmp, short: sockets lie in it */
	char *home, *others; /* GNUPGHOME of the gateway, and of everyone else */
	char own[FINGERPRINT_BYTES];
	char fingerprints[PEOPLE][FINGERPRINT_BYTES];
	char *secret_half, *public_half; /* sealing key files */
};

extern struct key_world world;
extern const char GPG_CONF[];

/* Set-up and tear-down of a group: the whole world, and its end with every agent killed. */
int key_world_make(void **state);
int key_world_end(void **state);
/* After each test: nothing that it started may be left, alive or as a zombie. */
int key_world_is_tidy(void **state);

/* Starts and stops the gateway's agent. */
void key_world_start_agent(void);
void key_world_stop_agent(void);
void key_world_set_pinentry(const char *program); /* for the next agent */
int key_world_agent(void);			  /* its process id */
void key_world_freeze(int agent);		  /* until SIGCONT */

/* Runs a program to its end, which must be good; its output. words end with NULL. */
GBytes *run_for(GBytes *input, const char *const words[]);
/* gpg on one of the homes; trusts everyone, asks nothing. */
GBytes *run_gpg(const char *home, GBytes *input, ...) G_GNUC_NULL_TERMINATED;
GBytes *bytes_of(const char *text);
char *path_in_world(const char *name);
/* Waits at most thirty seconds for the condition. */
bool comes_true(bool (*condition)(void *), void *about);
bool has_ended(void *about); /* a condition: the process whose id is pointed to is gone */
/* The process ids of a process's children. */
size_t children_of(int process, int *out, size_t room);

/* The program under test, at work. */
struct keeper {
	int process, control;
};

/* The directory of most tests: agency "mash" with two readers, officer "alice", and so on. */
struct directory *usual_directory(struct arena *arena);
void add_key(struct entry *entry, const char *fingerprint, int32_t until_day);

struct keeper keeper_start(bool is_admin);
struct keeper keeper_start_as(const char *const words[]); /* the whole command, NULL-terminated */
/* Says HELLO; true for HELLO_OK, with states in the directory and *own; else *why. */
bool keeper_greet(struct keeper *keeper, struct arena *arena, struct key_hello *hello,
    struct pinned_key *own, struct failure *why);
/* Started, greeted with the usual directory. */
struct keeper keeper_at_work(struct arena *arena);
int keeper_job(struct keeper *keeper);		       /* a job's own line */
void keeper_end_job(struct keeper *keeper, int line);  /* hangs up, and waits for JOB_OK */
void keeper_end(struct keeper *keeper);		       /* hangs up; it must end well */
void keeper_end_with(struct keeper *keeper, int code); /* the same, with this exit code */
void keeper_kill(struct keeper *keeper);	       /* as sort does: the whole process group */

/* One request on a job's line. True with the answer in *in, false with *why. */
bool ask(int line, uint32_t kind, struct wire_out *request, struct arena *arena, struct wire_in *in,
    struct failure *why);
bool ask_to_open(
    int line, GBytes *sealed, struct arena *arena, struct key_opened *out, struct failure *why);

#endif
