/* Every ceiling in one place, each with its reason. */
/* SPDX-License-Identifier: MIT */
#ifndef BASE_LIMITS_H
#define BASE_LIMITS_H

/* A mail: 25 MB is what common providers let through; the encoded form is a third larger. */
#define MAIL_MAX_BYTES (36u * 1024 * 1024)
/* The opened text and attachments of one mail, decoded. */
#define OPENED_MAX_BYTES (48u * 1024 * 1024)
/* The text of a form: a long narrative is some 60 kB. */
#define FORM_MAX_BYTES (512u * 1024)
/* A sealed letter in the ledger: armor adds a third, attachments are passed on. */
#define LETTER_MAX_BYTES (72u * 1024 * 1024)

#define MIME_MAX_DEPTH 8   /* real mail stays under five */
#define MIME_MAX_PARTS 200 /* a mail with more is an attack or a mailing list digest */
#define MIME_HEADER_MAX_BYTES (256u * 1024) /* one part's header block */
#define MIME_FIELD_MAX_BYTES (16u * 1024)   /* one header field */
#define MIME_FIELDS_MAX 500      /* in one header block: GMime reads all addresses again for each */
#define MIME_DASH_LINES_MAX 4000 /* lines that could be delimiters: each may cost GMime an object */
#define MIME_PARAMETERS_MAX 32   /* of one content type */
#define MIME_PARAMETER_MAX_BYTES 1024u         /* one value of them, continuations joined */
#define MIME_TEXT_MAX_BYTES (4u * 1024 * 1024) /* a text part that is read as words */

#define CHILDREN_MAX 12        /* in one form */
#define ADULTS_MAX 20          /* in one form */
#define FIELDS_MAX 160         /* in form.yaml */
#define CHOICES_MAX 128        /* of one field: struct choice_set has as many bits */
#define AGENCIES_MAX 64        /* in agencies.yaml: an agency set is one 64-bit word */
#define OFFICERS_MAX 5000      /* in officers.yaml: a desk's borough has some hundreds */
#define DESK_PEOPLE_MAX 64     /* in desk.yaml */
#define RULES_MAX 10000        /* in routing.yaml */
#define LETTERS_PER_JOB_MAX 96 /* every agency, the officer and the desk */
#define KEYS_PER_ENTRY_MAX 8   /* people who read for one agency */

#define YAML_MAX_BYTES (4u * 1024 * 1024) /* one YAML file: ten thousand rules fit */
#define YAML_MAX_DEPTH 16                 /* deeper flow nesting costs libyaml quadratic time */

#define JOB_MAX_SECONDS 120                          /* one job from start to outcome */
#define KEYHOLDER_MAX_SECONDS 60                     /* one call of the keyholder */
#define CHILD_CPU_MAX_SECONDS 60                     /* processor time of a job's child */
#define CHILD_MEMORY_MAX_BYTES (1024u * 1024 * 1024) /* address space of a job's child */
#define ATTEMPTS_MAX 3 /* a mail that fails this often goes to the desk unread */

#define IDLE_MAX_SECONDS (28 * 60) /* RFC 2177: renew before 29 minutes */

#endif
