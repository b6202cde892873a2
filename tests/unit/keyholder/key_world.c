/* Makes homes and keys with gpg itself, and speaks to the keyholder as sort and a child do. */
/* SPDX-License-Identifier: MIT */
#include "key_world.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

struct key_world world;

const char GPG_CONF[] = "# as shipped\nno-autostart\nno-auto-key-retrieve\nno-auto-key-locate\n"
			"no-auto-check-trustdb\nlock-never\nno-random-seed-file\n"
			"  weak-digest   SHA1  \ndisable-dirmngr\n";

static int agents[8]; /* children of ours that are meant to live */
static size_t agent_count;

GBytes *
bytes_of(const char *text)
{
	return g_bytes_new(text, strlen(text));
}

char *
path_in_world(const char *name)
{
	return g_build_filename(world.folder, name, NULL);
}

static void
write_file(const char *path, const void *bytes, size_t length)
{
	assert_true(g_file_set_contents(path, bytes, (gssize)length, NULL));
}

GBytes *
run_for(GBytes *input, const char *const words[])
{
	g_autofree char *in_path = path_in_world("input"), *out_path = path_in_world("output"),
			*said_path = path_in_world("said");
	int status = -1;

	write_file(in_path, input ? g_bytes_get_data(input, NULL) : "",
	    input ? g_bytes_get_size(input) : 0);
	pid_t child = fork();
	if (child == 0) {
		(void)dup2(open(in_path, O_RDONLY), 0);
		(void)dup2(open(out_path, O_WRONLY | O_CREAT | O_TRUNC, 0600), 1);
		(void)dup2(open(said_path, O_WRONLY | O_CREAT | O_TRUNC, 0600), 2);
		(void)execvp(words[0], (char *const *)(uintptr_t)words);
		_exit(127);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	if (status != 0) {
		g_autofree char *said = NULL;
		(void)g_file_get_contents(said_path, &said, NULL, NULL);
		fail_msg("%s ended with %d: %s", words[0], status, said);
	}
	char *output = NULL;
	gsize length;
	assert_true(g_file_get_contents(out_path, &output, &length, NULL));
	return g_bytes_new_take(output, length);
}

GBytes *
run_gpg(const char *home, GBytes *input, ...)
{
	const char *words[64] = {"gpg", "--homedir", home, "--batch", "--yes", "--quiet",
	    "--pinentry-mode", "loopback", "--passphrase", "", "--trust-model", "always"};
	size_t count = 12;
	va_list more;

	/* The gateway's own home must form its own opinion of whom it trusts. */
	if (strcmp(home, world.home) == 0)
		count = 10;
	va_start(more, input);
	while ((words[count] = va_arg(more, const char *)))
		assert_true(++count < COUNT_OF(words));
	va_end(more);
	return run_for(input, words);
}

static void
note_fingerprint(const char *home, const char *who, char out[FINGERPRINT_BYTES])
{
	g_autoptr(GBytes) listed = run_gpg(home, NULL, "--with-colons", "--list-keys", who, NULL);
	g_autofree char *text = g_strndup(g_bytes_get_data(listed, NULL), g_bytes_get_size(listed));
	const char *at = strstr(text, "\nfpr:::::::::");

	assert_non_null(at);
	assert_int_equal(sscanf(at, "\nfpr:::::::::%40[0-9A-F]:", out), 1);
}

static void
run_away(const char *home, const char *first, ...)
{
	const char *words[20] = {first};
	size_t count = 1;
	va_list more;

	va_start(more, first);
	while ((words[count] = va_arg(more, const char *)))
		count++;
	va_end(more);
	g_bytes_unref(run_gpg(home, NULL, words[0], words[1], words[2], words[3], words[4],
	    words[5], words[6], words[7], NULL));
}

static const char *const ADDRESSES[PEOPLE] = {"alice@police.test", "bob@police.test",
    "one@mash.test", "two@mash.test", "expired@mash.test", "revoked@mash.test", "stranger@x.test",
    "unknown@x.test", "signonly@x.test", "notpinned@x.test", "rotated@mash.test"};

static void
add_subkey(
    enum person person, const char *at, const char *algorithm, const char *use, const char *ends)
{
	const char *fingerprint = world.fingerprints[person];

	if (at)
		run_away(world.others, "--faked-system-time", at, "--quick-add-key", fingerprint,
		    algorithm, use, ends, NULL);
	else
		run_away(world.others, "--quick-add-key", fingerprint, algorithm, use, ends, NULL);
}

/* One that has ended, and six that live, the newest not the last. */
static void
rotate_subkeys(enum person person)
{
	static const char *const TIMES[] = {"20210101T000000", "20220101T000000", "20230101T000000",
	    "20250601T000000", "20240101T000000", "20250101T000000"};

	add_subkey(person, "20200101T000100", "cv25519", "encr", "1y");
	for (size_t at = 0; at < COUNT_OF(TIMES); at++)
		add_subkey(person, TIMES[at], "cv25519", "encr", "never");
}

static void
make_person(enum person person)
{
	const bool is_old = person == EXPIRED || person == ROTATED;
	const bool has_signing_subkey = person == BOB || person == NOT_PINNED;
	const char *who = ADDRESSES[person];

	/* What was signed in the one year of EXPIRED is still good for its time. */
	run_away(world.others, "--faked-system-time",
	    is_old ? "20200101T000000" : "20260101T000000", "--quick-gen-key", who, "ed25519",
	    has_signing_subkey ? "cert" : "cert,sign", person == EXPIRED ? "1y" : "never", NULL);
	note_fingerprint(world.others, who, world.fingerprints[person]);
	if (has_signing_subkey)
		add_subkey(person, NULL, "ed25519", "sign", "never");
	if (person == ROTATED)
		rotate_subkeys(person);
	else if (person != SIGN_ONLY)
		add_subkey(person, person == EXPIRED ? "20200101T000100" : NULL, "cv25519", "encr",
		    person == EXPIRED ? "1y" : "never");
}

static void
give_key_to_gateway(enum person person)
{
	const char *fingerprint = world.fingerprints[person];
	g_autoptr(GBytes) key =
	    run_gpg(world.others, NULL, "--armor", "--export", fingerprint, NULL);
	g_bytes_unref(run_gpg(world.home, key, "--import", NULL));

	if (person == STRANGER)
		return;
	if (person == EXPIRED)
		run_away(world.home, "--faked-system-time", "20200201T000000",
		    "--allow-non-selfsigned-uid", "--quick-lsign-key", fingerprint, NULL);
	else
		run_away(world.home, "--quick-lsign-key", fingerprint, NULL);
}

static void
revoke_key(enum person person)
{
	g_autofree char *name =
	    g_strdup_printf("%s/openpgp-revocs.d/%s.rev", world.others, world.fingerprints[person]);
	char *text = NULL;
	gsize length;

	assert_true(g_file_get_contents(name, &text, &length, NULL));
	/* gpg keeps it from being used by mistake with a colon in front. */
	char *armor = strstr(text, ":-----BEGIN");
	assert_non_null(armor);
	g_autoptr(GBytes) certificate = bytes_of(armor + 1);
	g_bytes_unref(run_gpg(world.home, certificate, "--import", NULL));
	g_free(text);
}

static bool
is_agent(int process)
{
	for (size_t at = 0; at < agent_count; at++)
		if (agents[at] == process)
			return true;
	return false;
}

static bool
nothing_is_left(void *about)
{
	int children[64];

	(void)about;
	for (int status, process; (process = waitpid(-1, &status, WNOHANG)) > 0;)
		for (size_t at = 0; at < agent_count; at++)
			if (agents[at] == process)
				agents[at] = agents[--agent_count];
	size_t count = children_of(getpid(), children, COUNT_OF(children));
	for (size_t at = 0; at < count; at++)
		if (!is_agent(children[at]))
			return false;
	return true;
}

int
key_world_is_tidy(void **state)
{
	int children[64];

	arena_close(*state);
	*state = NULL;
	if (comes_true(nothing_is_left, NULL))
		return 0;
	size_t count = children_of(getpid(), children, COUNT_OF(children));
	for (size_t at = 0; at < count; at++)
		if (!is_agent(children[at])) {
			print_error("process %d is left over\n", children[at]);
			(void)kill(children[at], SIGKILL);
		}
	return -1;
}

/* Whoever became our child by now is an agent: we adopt what loses its parent. */
static void
note_agents(void)
{
	agent_count = children_of(getpid(), agents, COUNT_OF(agents));
}

int
key_world_agent(void)
{
	const char *const words[] = {"gpg-connect-agent", "--homedir", world.home, "--no-autostart",
	    "GETINFO pid", "/bye", NULL};
	g_autoptr(GBytes) output = run_for(NULL, words);
	g_autofree char *text = g_strndup(g_bytes_get_data(output, NULL), g_bytes_get_size(output));
	int process = -1;

	assert_int_equal(sscanf(text, "D %d", &process), 1);
	return process;
}

void
key_world_start_agent(void)
{
	const char *const words[] = {
	    "gpgconf", "--homedir", world.home, "--launch", "gpg-agent", NULL};
	g_bytes_unref(run_for(NULL, words));

	note_agents();
}

void
key_world_stop_agent(void)
{
	const char *const words[] = {
	    "gpgconf", "--homedir", world.home, "--kill", "gpg-agent", NULL};
	int process = key_world_agent();
	g_bytes_unref(run_for(NULL, words));

	assert_true(comes_true(has_ended, &process));
	note_agents();
}

static bool
every_thread_stands_still(void *about)
{
	char path[64];
	int process = *(int *)about;
	bool all = true;

	(void)snprintf(path, sizeof path, "/proc/%d/task", process);
	/* Again each time: a thread of the agent that ends wakes its whole process with SIGCONT. */
	assert_int_equal(kill(process, SIGSTOP), 0);
	DIR *folder = opendir(path);
	assert_non_null(folder);
	for (struct dirent *at; (at = readdir(folder));) {
		g_autofree char *stat_path = g_strdup_printf("%s/%s/stat", path, at->d_name),
				*text = NULL;
		if (at->d_name[0] == '.' || !g_file_get_contents(stat_path, &text, NULL, NULL))
			continue;
		const char *behind = strrchr(text, ')');
		all = all && behind && behind[1] == ' ' && behind[2] == 'T';
	}
	(void)closedir(folder);
	return all;
}

void
key_world_freeze(int agent)
{
	assert_true(comes_true(every_thread_stands_still, &agent));
}

/* A time limit ends a test with SIGTERM; agents would outlive it. */
static void
end_at_once(int number)
{
	for (size_t at = 0; at < agent_count; at++)
		(void)kill(agents[at], SIGKILL);
	_exit(128 + number);
}

int
key_world_make(void **state)
{
	g_autofree char *conf = NULL;
	char folder[] = "/tmp/wkXXXXXX";

	(void)state;
	assert_int_equal(prctl(PR_SET_CHILD_SUBREAPER, 1), 0);
	(void)signal(SIGTERM, end_at_once);
	assert_non_null(mkdtemp(folder));
	world.folder = g_strdup(folder);
	world.home = path_in_world("g");
	world.others = path_in_world("o");
	world.secret_half = path_in_world("sealing.secret");
	world.public_half = path_in_world("sealing.public");
	assert_int_equal(mkdir(world.home, 0700), 0);
	assert_int_equal(mkdir(world.others, 0700), 0);
	/* The gateway's key is as old as the oldest it has certified. */
	run_away(world.home, "--faked-system-time", "20190101T000000", "--quick-gen-key",
	    "gateway@wandle.test", "ed25519", "cert,sign", "never", NULL);
	note_fingerprint(world.home, "gateway@wandle.test", world.own);
	run_away(world.home, "--faked-system-time", "20190101T000100", "--quick-add-key", world.own,
	    "cv25519", "encr", "never", NULL);
	for (enum person person = 0; person < PEOPLE; person++) {
		make_person(person);
		note_agents();
		if (person != UNKNOWN)
			give_key_to_gateway(person);
	}
	revoke_key(REVOKED);
	run_away(world.home, "--check-trustdb", NULL, NULL);
	g_autoptr(GBytes) own = run_gpg(world.home, NULL, "--armor", "--export", world.own, NULL);
	g_bytes_unref(run_gpg(world.others, own, "--import", NULL));
	conf = g_build_filename(world.home, "gpg.conf", NULL);
	write_file(conf, GPG_CONF, strlen(GPG_CONF));
	const char *const make[] = {getenv("WANDLE_KEYHOLDER"), "--make-sealing-key",
	    world.secret_half, world.public_half, NULL};
	g_bytes_unref(run_for(NULL, make));
	note_agents();
	return 0;
}

void
key_world_set_pinentry(const char *program)
{
	g_autofree char *path = g_build_filename(world.home, "gpg-agent.conf", NULL);
	g_autofree char *line = g_strdup_printf("pinentry-program %s\n", program);

	write_file(path, line, strlen(line));
}

/* Without any check: this also runs when the making of the world has failed half-way. */
static void
run_anyhow(const char *const words[])
{
	pid_t child = fork();

	if (child == 0) {
		(void)execvp(words[0], (char *const *)(uintptr_t)words);
		_exit(127);
	}
	(void)waitpid(child, NULL, 0);
}

int
key_world_end(void **state)
{
	const char *const kill_own[] = {"gpgconf", "--homedir", world.home, "--kill", "all", NULL};
	const char *const kill_others[] = {
	    "gpgconf", "--homedir", world.others, "--kill", "all", NULL};
	const char *const remove[] = {"rm", "-rf", world.folder, NULL};

	(void)state;
	run_anyhow(kill_own);
	run_anyhow(kill_others);
	agent_count = 0;
	bool is_tidy = comes_true(nothing_is_left, NULL);
	run_anyhow(remove);
	g_free(world.folder);
	g_free(world.home);
	g_free(world.others);
	g_free(world.secret_half);
	g_free(world.public_half);
	return is_tidy ? 0 : -1;
}
