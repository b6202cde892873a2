#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Checks that of libetpan only the IMAP engine is used, over our own stream.

Usage: libetpan_imports.py LIBRARY_OR_PROGRAM...     exit 0 when none imports what can hurt

Its MIME and header parsers write out of bounds on one header, and its own TLS verifies nothing.
"""
import re
import subprocess
import sys

FORBIDDEN = re.compile(r"^(mailmime_|mailimf_|mailprivacy_|mailstream_ssl_|mailstream_socket_|mailstream_cfstream_"
                       r"|mailimap_(ssl|socket)_|mailimap_(login|authenticate|starttls|oauth2)"
                       r"|mail(pop3|smtp|nntp|message|folder|session|storage|engine)_)")
# What an ENVELOPE or BODYSTRUCTURE is asked for with.
ASKED = re.compile(r"^mailimap_fetch_att_new_(envelope|body|bodystructure|rfc822(_header|_text)?)$"
                   r"|^mailimap_fetch_type_new_(all|full|fast)$")

faults = 0
for path in sys.argv[1:]:
    listed = subprocess.run(["nm", "--undefined-only", path], check=True, capture_output=True, text=True).stdout
    imports = {line.split()[-1].split("@")[0] for line in listed.splitlines() if " U " in line}
    if not imports:
        sys.exit(f"{path}: has no symbols to check")
    for name in sorted(imports):
        if FORBIDDEN.match(name) or ASKED.match(name):
            print(f"{path}: imports {name}")
            faults += 1
sys.exit(bool(faults))
