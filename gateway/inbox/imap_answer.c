/* Reads libetpan's lists, where any pointer may be NULL and any number a lie. */
/* SPDX-License-Identifier: MIT */
#include "inbox/imap_answer.h"

#include <string.h>

#include "base/clock.h"

enum { DAY_SECONDS = 24 * 60 * 60 };

struct mailimap_set *
answer_set_of(const GArray *uids)
{
	struct mailimap_set *set = mailimap_set_new_empty();

	for (guint at = 0; at < uids->len;) {
		uint32_t first = g_array_index(uids, uint32_t, at), last = first;
		while (++at < uids->len && g_array_index(uids, uint32_t, at) == last + 1)
			last++;
		(void)mailimap_set_add_interval(set, first, last);
	}
	return set;
}

static gint
compare_uids(gconstpointer left, gconstpointer right)
{
	uint32_t a = *(const uint32_t *)left, b = *(const uint32_t *)right;

	return (a > b) - (a < b);
}

void
answer_take_uids(clist *numbers, GArray *uids)
{
	guint kept = 0;

	for (clistiter *at = clist_begin(numbers); at; at = clist_next(at))
		g_array_append_val(uids, *(uint32_t *)clist_content(at));
	g_array_sort(uids, compare_uids);
	for (guint at = 0; at < uids->len; at++) {
		uint32_t uid = g_array_index(uids, uint32_t, at);
		if (uid && (!kept || g_array_index(uids, uint32_t, kept - 1) != uid))
			g_array_index(uids, uint32_t, kept++) = uid;
	}
	g_array_set_size(uids, kept);
}

static bool
can_be_opened(const struct mailimap_mailbox_list *listed)
{
	const struct mailimap_mbx_list_flags *flags = listed->mb_flag;

	return !flags || flags->mbf_type != MAILIMAP_MBX_LIST_FLAGS_SFLAG ||
	    flags->mbf_sflag != MAILIMAP_MBX_LIST_SFLAG_NOSELECT;
}

bool
answer_names_folder(clist *listed, const char *folder)
{
	for (clistiter *at = listed ? clist_begin(listed) : NULL; at; at = clist_next(at)) {
		const struct mailimap_mailbox_list *one = clist_content(at);
		if (one->mb_name && !strcmp(one->mb_name, folder) && can_be_opened(one))
			return true;
	}
	return false;
}

/* Unix seconds of an INTERNALDATE; 0 for one that is no date. */
static int64_t
moment_of(const struct mailimap_date_time *date)
{
	int zone = date->dt_zone < 0 ? -date->dt_zone : date->dt_zone;
	int offset = (zone / 100 * 60 + zone % 100) * 60;

	if (!day_is_valid(date->dt_year, date->dt_month, date->dt_day) || date->dt_hour < 0 ||
	    date->dt_hour > 23 || date->dt_min < 0 || date->dt_min > 59 || date->dt_sec < 0 ||
	    date->dt_sec > 60 || zone > 1500 || date->dt_year < 1970)
		return 0;
	int64_t local =
	    (int64_t)day_number(date->dt_year, date->dt_month, date->dt_day) * DAY_SECONDS +
	    date->dt_hour * 3600 + date->dt_min * 60 + date->dt_sec;
	return date->dt_zone < 0 ? local + offset : local - offset;
}

/* What one FETCH answer holds. */
struct fetched {
	struct imap_description description;
	unsigned bodies;
	bool is_whole; /* the last body is BODY[], from its first byte */
};

static bool
is_whole(const struct mailimap_msg_att_body_section *section)
{
	return section && section->sec_origin_octet == 0 &&
	    (!section->sec_section || !section->sec_section->sec_spec);
}

static void
read_item(const struct mailimap_msg_att_static *item, struct fetched *out)
{
	switch (item->att_type) {
	case MAILIMAP_MSG_ATT_UID:
		out->description.uid = item->att_data.att_uid;
		break;
	case MAILIMAP_MSG_ATT_RFC822_SIZE:
		out->description.bytes = item->att_data.att_rfc822_size;
		break;
	case MAILIMAP_MSG_ATT_INTERNALDATE:
		if (item->att_data.att_internal_date)
			out->description.arrived_at = moment_of(item->att_data.att_internal_date);
		break;
	case MAILIMAP_MSG_ATT_BODY_SECTION:
		out->bodies++;
		out->is_whole = is_whole(item->att_data.att_body_section);
		break;
	case MAILIMAP_MSG_ATT_RFC822:
	case MAILIMAP_MSG_ATT_RFC822_HEADER:
	case MAILIMAP_MSG_ATT_RFC822_TEXT:
		out->bodies++;
		out->is_whole = false;
		break;
	default: /* envelopes and structures that nobody asked for */
		break;
	}
}

static void
read_answer(const struct mailimap_msg_att *answer, struct fetched *out)
{
	*out = (struct fetched){0};
	if (!answer->att_list)
		return;
	for (clistiter *at = clist_begin(answer->att_list); at; at = clist_next(at)) {
		const struct mailimap_msg_att_item *item = clist_content(at);
		if (item->att_type == MAILIMAP_MSG_ATT_ITEM_STATIC && item->att_data.att_static)
			read_item(item->att_data.att_static, out);
	}
}

void
answer_take_descriptions(clist *answers, struct imap_description *mails, size_t count)
{
	for (clistiter *at = answers ? clist_begin(answers) : NULL; at; at = clist_next(at)) {
		struct fetched fetched;
		read_answer(clist_content(at), &fetched);
		for (size_t mail = 0; mail < count; mail++)
			if (mails[mail].uid == fetched.description.uid && fetched.description.bytes)
				mails[mail] = fetched.description;
	}
}

bool
answer_is_whole_mail(clist *answers, uint32_t uid)
{
	unsigned bodies = 0;
	bool is_it = false;

	for (clistiter *at = answers ? clist_begin(answers) : NULL; at; at = clist_next(at)) {
		struct fetched fetched;
		read_answer(clist_content(at), &fetched);
		bodies += fetched.bodies;
		is_it = is_it ||
		    (fetched.bodies == 1 && fetched.is_whole && fetched.description.uid == uid);
	}
	return bodies == 1 && is_it;
}
