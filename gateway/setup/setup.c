/* Opens the settings and the directory, each in an arena of its own. */
/* SPDX-License-Identifier: MIT */
#include "setup/setup.h"

#include <glib.h>

#include "setup/address_book.h"
#include "setup/secret.h"
#include "setup/wandle_yaml.h"

/* Three files of YAML_MAX_BYTES each, as entries of the directory, stay below this. */
enum { SETTINGS_MAX_BYTES = 16 * 1024 * 1024, DIRECTORY_MAX_BYTES = 64 * 1024 * 1024 };

struct setup {
	struct arena *arena;
	struct settings settings;
};

struct address_book {
	struct arena *arena;
	struct directory directory;
};

struct setup *
setup_load_partial(const char *path, struct faults *faults)
{
	CLEANUP(yaml_freep) struct yaml_document *document = yaml_load(path, faults);

	if (!document || !yaml_is_map(yaml_root(document), "wandle.yaml", faults))
		return NULL;
	struct setup *setup = g_new0(struct setup, 1);
	setup->arena = arena_open(SETTINGS_MAX_BYTES);
	setup->settings.file = arena_text(setup->arena, path);
	struct reading reading = {setup->arena, faults, folder_of(path, setup->arena)};
	wandle_yaml_read(&reading, yaml_root(document), &setup->settings);
	return setup;
}

struct setup *
setup_load(const char *path, struct faults *faults)
{
	size_t before = faults_count(faults);
	struct setup *setup = setup_load_partial(path, faults);

	if (faults_count(faults) == before)
		return setup;
	setup_free(setup);
	return NULL;
}

void
setup_free(struct setup *setup)
{
	if (!setup)
		return;
	arena_close(setup->arena);
	g_free(setup);
}

void
setup_freep(struct setup **setup)
{
	setup_free(*setup);
	*setup = NULL;
}

const struct settings *
setup_settings(const struct setup *setup)
{
	return &setup->settings;
}

struct address_book *
setup_load_partial_directory(
    const char *folder, const char *const *blocks, size_t block_count, struct faults *faults)
{
	struct address_book *book = g_new0(struct address_book, 1);

	book->arena = arena_open(DIRECTORY_MAX_BYTES);
	struct reading reading = {book->arena, faults, arena_text(book->arena, folder)};
	struct block_words words = {blocks, block_count};
	address_book_read(&reading, &words, &book->directory);
	size_t kept = 0;
	for (size_t at = 0; at < book->directory.count; at++)
		if (book->directory.entries[at].id)
			book->directory.entries[kept++] = book->directory.entries[at];
	book->directory.count = kept;
	return book;
}

struct address_book *
setup_load_directory(
    const char *folder, const char *const *blocks, size_t block_count, struct faults *faults)
{
	size_t before = faults_count(faults);
	struct address_book *book =
	    setup_load_partial_directory(folder, blocks, block_count, faults);

	if (faults_count(faults) == before)
		return book;
	setup_free_directory(book);
	return NULL;
}

void
setup_free_directory(struct address_book *book)
{
	if (!book)
		return;
	arena_close(book->arena);
	g_free(book);
}

void
setup_free_directoryp(struct address_book **book)
{
	setup_free_directory(*book);
	*book = NULL;
}

struct directory *
setup_directory(struct address_book *book)
{
	return &book->directory;
}

bool
setup_secret(const struct secret_source *source, char **secret, struct failure *why)
{
	return secret_fetch(source, secret, why);
}

void
setup_forget_secret(char *secret)
{
	secret_forget(secret);
}
