#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""An IMAP server that misbehaves on request. Usage: fake_imap.py FOLDER (see misbehaving.py)

Each scenario has one mailbox, kept as long as the server runs. What a scenario may hold:

  tls          implicit (default), starttls, none
  certificate  see misbehaving.py
  lacks        capabilities that are not offered
  uids         of the mails in INBOX; a mail is MAIL with its UID in the subject
  before       {command: lines}: said before the answer to it
  others       as in misbehaving.py, or a name below
"""
import re
import threading
import time

from misbehaving import Gone, Talk, run

MAIL = "Subject: mail {uid}\r\n\r\nsealed words of {uid}\r\n"
DATE = '"09-Jul-2026 10:20:30 +0100"'
CAPABILITIES = "IMAP4rev1 AUTH=PLAIN SASL-IR IDLE MOVE UIDPLUS".split()
NESTED = "(" * 200_000


def fetched(uid, body, number=1):
    return f"* {number} FETCH (UID {uid} BODY[] {{{len(body)}}}\r\n{body})"


MAIL_7 = MAIL.format(uid=7)
SCENARIOS = {
    # lines and login
    "good": {"uids": [3, 7, 4000000000]},
    "starttls": {"tls": "starttls"},
    "plain": {"tls": "none"},
    "self_signed": {"certificate": "self_signed"},
    "unknown_ca": {"certificate": "unknown_ca"},
    "wrong_host": {"certificate": "wrong_host"},
    "expired": {"certificate": "expired"},
    "client_only": {"certificate": "client_only"},
    "old_tls": {"old_tls": True},
    "starttls_wrong_host": {"tls": "starttls", "certificate": "wrong_host"},
    "starttls_stripped": {"tls": "none"},
    "starttls_refused": {"tls": "starttls", "says": {"starttls": "TAG NO not today"}},
    "starttls_injected": {"tls": "starttls", "inject": "* CAPABILITY IMAP4rev1\r\n"},
    "preauth_plain": {"tls": "starttls", "greeting": "* PREAUTH welcome"},
    "login_disabled": {"tls": "none", "capabilities": "IMAP4rev1 LOGINDISABLED"},
    "login_refused": {"says": {"authenticate": "TAG NO [AUTHENTICATIONFAILED] no", "login": "TAG NO no"}},
    "greeting_bye": {"greeting": "* BYE too many connections"},
    "greeting_silent": {"quiet_at": "greeting"},
    "greeting_drips": {"drip_at": "greeting"},
    "slow_steps": {"pause": 1.5},
    "greeting_garbage": {"greeting": "\x16\x03\x01 not imap at all"},
    # folders
    "no_handled": {"folders": ["INBOX"]},
    "handled_noselect": {"folders": ["INBOX"], "says": {"list": '* LIST (\\Noselect) "/" Handled\r\nTAG OK done'}},
    "create_refused": {"folders": ["INBOX"], "says": {"create": "TAG NO [NOPERM] no"}},
    "subscribe_refused": {"folders": ["INBOX"], "says": {"subscribe": "TAG NO no"}},
    "no_inbox": {"says": {"select": "TAG NO [NONEXISTENT] no such mailbox"}},
    "inbox_busy": {"says": {"select": "TAG NO [UNAVAILABLE] come back later"}},
    "not_connected": {"says": {"select": "TAG BAD User is authenticated but not connected."}},
    "read_only": {"says": {"select": "* 0 EXISTS\r\n* OK [UIDVALIDITY 9] x\r\nTAG OK [READ-ONLY] done"}},
    "no_uidvalidity": {"says": {"select": "* 0 EXISTS\r\nTAG OK [READ-WRITE] done"}},
    "umlaut": {"folders": ["INBOX", "Erledigt &- f&APw-r"]},
    # listing
    "many": {"uids": list(range(10, 5000, 7))},
    "search_lies": {"uids": [5, 6], "says": {"search": "* SEARCH 6 5 5 0 6\r\nTAG OK done"}},
    "passed_over": {"uids": [5, 6, 7], "passes_over": 6},
    "odd_dates": {"uids": [1, 2, 3, 4, 5], "dates": ['"29-Feb-2026 10:00:00 +0000"', '" 1-Mar-2026 00:30:00 +0100"',
                                                   '"31-Dec-2025 23:30:00 -0230"', '"01-Jan-1960 00:00:00 +0000"',
                                                   '"01-Jan-2026 99:00:00 +0000"']},
    "changed": {"uids": [7], "before": {"search": "* OK [UIDVALIDITY 77] changed"}},
    "changed_later": {"uids": [7], "before": {"fetch": "* OK [UIDVALIDITY 77] changed"}},
    "search_refused": {"says": {"search": "TAG NO [LIMIT] no"}},
    "endless_line": {"endless_at": "search"},
    "endless_lines": {"endless_lines": "search"},
    "nul": {"says": {"search": "* SEARCH 1\0 2\r\nTAG OK done"}},
    "nested": {"says": {"search": f"* 1 FETCH (BODYSTRUCTURE {NESTED}\r\n* SEARCH 7\r\nTAG OK done"}},
    "wrong_tag": {"says": {"search": "* SEARCH 7\r\nX999 OK done"}},
    "garbage": {"says": {"search": "%%% &&&\r\n\xff\xfe\r\nTAG OK done"}},
    # one mail; each has mails 7 and 8
    "nil": {"says": {"fetch_body": "* 1 FETCH (UID 7 BODY[] NIL)\r\nTAG OK done"}},
    "empty": {"says": {"fetch_body": '* 1 FETCH (UID 7 BODY[] "")\r\nTAG OK done'}},
    "nothing": {"says": {"fetch_body": "TAG OK done"}},
    "other_uid": {"says": {"fetch_body": fetched(8, MAIL_7) + "\r\nTAG OK done"}},
    "no_uid": {"says": {"fetch_body": f"* 1 FETCH (BODY[] {{{len(MAIL_7)}}}\r\n{MAIL_7})\r\nTAG OK done"}},
    "two_mails": {"says": {"fetch_body": fetched(7, MAIL_7) + "\r\n" + fetched(8, MAIL_7, 2) + "\r\nTAG OK done"}},
    "twice": {"says": {"fetch_body": fetched(7, MAIL_7) + "\r\n" + fetched(7, MAIL_7) + "\r\nTAG OK done"}},
    "header_only": {"says": {"fetch_body": f"* 1 FETCH (UID 7 BODY[HEADER] {{{len(MAIL_7)}}}\r\n{MAIL_7})\r\nTAG OK done"}},
    "from_the_middle": {"says": {"fetch_body": f"* 1 FETCH (UID 7 BODY[]<9> {{{len(MAIL_7)}}}\r\n{MAIL_7})\r\nTAG OK x"}},
    "no_after_data": {"says": {"fetch_body": fetched(7, MAIL_7) + "\r\nTAG NO [SERVERBUG] only half of it"}},
    "bad": {"says": {"fetch_body": "TAG BAD what?"}},
    "refused": {"says": {"fetch_body": "TAG NO [SERVERBUG] cannot read it"}},
    "vanished": {"vanishes": "OK"},
    "vanished_no": {"vanishes": "NO"},
    "unasked": {"before": {"fetch_body": "* 2 FETCH (FLAGS (\\Seen) UID 8)\r\n* 2 EXISTS\r\n* OK still here"}},
    "quoted": {"says": {"fetch_body": '* 1 FETCH (UID 7 BODY[] "one line")\r\nTAG OK done'}},
    "size_estimated": {"size_adds": 37},
    "size_unsettled": {"size_adds": 37, "unsettled": True},
    "larger_than_said": {"size_adds": 0, "grows": True},
    "literal_huge": {"says": {"fetch_body": "* 1 FETCH (UID 7 BODY[] {4294967290}\r\nx"}},
    "literal_wraps": {"says": {"fetch_body": "* 1 FETCH (UID 7 BODY[] {4294967301}\r\nhello)\r\nTAG OK done"}},
    "literal_hidden": {"says": {"fetch_body": '* 1 FETCH (UID 7 BODY[] {5} hello)\r\nTAG OK done'}},
    "literal_status": {"says": {"fetch_body": "* OK [ALERT] {99999}\r\nTAG OK done"}},
    "literal_envelope": {"says": {"fetch_body": "* 1 FETCH (ENVELOPE ({3000000000}\r\nx"}},
    "body_drips": {"drip_at": "fetch_body"},
    "body_silent": {"quiet_at": "fetch_body"},
    "body_cut": {"says": {"fetch_body": "* 1 FETCH (UID 7 BODY[] {500}\r\nhalf"}, "drop_after": "fetch_body"},
    "body_bye": {"says": {"fetch_body": "* BYE going down"}, "drop_after": "fetch_body"},
    "body_unclosed": {"says": {"fetch_body": f"* 1 FETCH (UID 7 BODY[] {{{len(MAIL_7)}}}\r\n{MAIL_7}\r\nTAG OK done"}},
    # filing
    "file_move": {"uids": [3, 7, 9]},
    "file_no_move": {"uids": [3, 7, 9], "lacks": ["MOVE"]},
    "file_marked": {"uids": [3, 7, 9], "lacks": ["MOVE"], "marked": [7]},
    "file_copied": {"uids": [3, 7, 9], "lacks": ["MOVE"], "copied": {7: "", 3: "other"}},
    "file_no_uidplus": {"uids": [3, 7, 9], "lacks": ["MOVE", "UIDPLUS"]},
    "file_others_marked": {"uids": [3, 7, 9], "lacks": ["MOVE", "UIDPLUS"], "marked": [9]},
    "file_trycreate": {"uids": [3, 7, 9], "loses_handled": True},
    "file_only_says_so": {"uids": [3, 7], "says": {"move": "TAG OK moved"}},
    "file_refused": {"uids": [3, 7], "says": {"move": "TAG NO [OVERQUOTA] full"}},
    "file_copy_refused": {"uids": [3, 7], "lacks": ["MOVE"], "says": {"copy": "TAG NO [OVERQUOTA] full"}},
    "file_many": {"uids": list(range(1, 1000, 2))},
    # waiting
    "wait": {},
    "wait_arrives": {"idle": "arrives"},
    "wait_arrives_at_once": {"idle": "arrives_at_once"},
    "wait_between": {"uids": [3]},
    "wait_no_idle": {"lacks": ["IDLE"]},
    "wait_day": {},
    "wait_day_no_idle": {"lacks": ["IDLE"]},
    "wait_refused": {"says": {"idle": "TAG NO not today"}},
    "wait_bad": {"says": {"idle": "TAG BAD what?"}},
    "wait_early_word": {"before": {"idle": "* 1 EXISTS"}},
    "wait_done": {"says": {"idle": "TAG OK already done"}},
    "wait_bye": {"idle": "bye"},
    "wait_drop": {"idle": "drop"},
    "wait_deaf": {"idle": "deaf"},
}
ONE_MAIL = list(SCENARIOS)[list(SCENARIOS).index("nil"):list(SCENARIOS).index("file_move")]
for name in ONE_MAIL:
    SCENARIOS[name].setdefault("uids", [7, 8])
LOCK = threading.Lock()


class Mailbox:
    def __init__(self, scenario):
        self.folders = {name: {} for name in scenario.get("folders", ["INBOX", "Handled"])}
        inbox = self.folders.setdefault("INBOX", {})
        dates = scenario.get("dates", [])
        for at, uid in enumerate(scenario.get("uids", [])):
            inbox[uid] = {"body": MAIL.format(uid=uid), "date": dates[at] if dates else DATE,
                          "marked": uid in scenario.get("marked", [])}
        self.next, self.validity, self.uid_next = 1, 9, max(inbox, default=0) + 1
        for uid, words in scenario.get("copied", {}).items():
            self.copy(uid, "Handled")
            mail = self.folders["Handled"][self.next - 1]
            mail["body"] = words + mail["body"][len(words):]

    def put(self, body, uid=None):
        """A mail arrives; gives its UID."""
        with LOCK:
            uid = self.uid_next if uid is None else uid
            self.uid_next = max(self.uid_next, uid + 1)
            self.folders["INBOX"][uid] = {"body": body, "date": DATE, "marked": False}
        return uid

    def copy(self, uid, folder):
        self.folders[folder][self.next] = {**self.folders["INBOX"][uid], "marked": False}
        self.next += 1


class ImapTalk(Talk):
    DRIP = b"* OK " + b"x" * 500

    def __init__(self, connection):
        super().__init__(connection)
        self.fetches, self.selected = 0, "INBOX"
        self.unseen = ()  # UIDs that came since the last command ended, as Dovecot keeps a view
        with LOCK:
            self.mailbox = self.scenario.setdefault("mailbox", None) or Mailbox(self.scenario)
            self.scenario["mailbox"] = self.mailbox

    @property
    def inbox(self):
        """The folder that is open."""
        return self.mailbox.folders[self.selected]

    def capabilities(self, is_plain):
        if fixed := self.scenario.get("capabilities"):
            return fixed
        offered = [word for word in CAPABILITIES if word not in self.scenario.get("lacks", [])]
        if is_plain and self.scenario.get("tls") == "starttls":
            offered = ["IMAP4rev1", "STARTTLS", "LOGINDISABLED"]
        return " ".join(offered)

    def among(self, text):
        """The UIDs of INBOX that a set names; n:* names the last one at least."""
        found, last = set(), max(self.inbox, default=0)
        for piece in text.split(","):
            ends = [last if end == "*" else int(end) for end in piece.split(":")]
            found |= {uid for uid in self.inbox if min(ends) <= uid <= max(ends)}
        return sorted(found)

    def search(self, words):
        found = sorted(set(self.inbox) - set(self.unseen))
        for key, value in re.findall(r"(UNDELETED|DELETED|UID)(?: ([\d:*,]+))?", words):
            if key == "UID":
                named = set(self.among(value))
                found = [uid for uid in found if uid in named]
            else:
                found = [uid for uid in found if self.inbox[uid]["marked"] == (key == "DELETED")]
        self.connection.say("* SEARCH" + "".join(f" {uid}" for uid in found))

    def fetch(self, words):
        uids, wanted = words.split(" ", 1)
        for uid in self.among(uids):
            mail, number = self.inbox[uid], sorted(self.inbox).index(uid) + 1
            if "BODY.PEEK[]" in wanted:
                self.fetch_body(uid, mail["body"], number)
            elif uid != self.scenario.get("passes_over"):
                size = len(mail["body"]) + self.scenario.get("size_adds", 0)
                self.connection.say(f"* {number} FETCH (UID {uid} RFC822.SIZE {size} INTERNALDATE {mail['date']})")

    def fetch_body(self, uid, body, number):
        self.fetches += 1
        if self.scenario.get("unsettled"):
            body += f"{self.fetches}"
        if self.scenario.get("grows"):
            body *= 1000
        self.connection.say(fetched(uid, body, number))

    def move(self, words):
        uids, folder = words.split(" ", 1)
        folder = folder.strip('"')
        if folder not in self.mailbox.folders:
            return "NO [TRYCREATE] no such folder"
        for uid in self.among(uids):
            self.mailbox.copy(uid, folder)
        return None

    def remove(self, uids):
        for uid in uids:
            number = sorted(self.inbox).index(uid) + 1
            del self.inbox[uid]
            self.connection.say(f"* {number} EXPUNGE")

    def do(self, verb, words):
        """Does a command and gives the tagged answer; None is OK."""
        if verb == "search":
            self.search(words)
        elif verb == "fetch":
            self.fetch(words)
        elif verb in ("move", "copy"):
            if problem := self.move(words):
                return problem
            if verb == "move":
                self.remove(self.among(words.split()[0]))
        elif verb == "store":
            for uid in self.among(words.split()[0]):
                self.inbox[uid]["marked"] = True
        elif verb == "expunge":
            uids = self.among(words) if words else sorted(self.inbox)
            self.remove([uid for uid in uids if self.inbox[uid]["marked"]])
        elif verb in ("select", "examine"):
            name = words.strip('"')
            self.selected = name if name in self.mailbox.folders else "INBOX"
            self.connection.say(f"* {len(self.inbox)} EXISTS", "* FLAGS (\\Deleted \\Seen)",
                                "* OK [PERMANENTFLAGS (\\Deleted \\*)] flags", f"* OK [UIDVALIDITY {self.mailbox.validity}] x")
            return "OK [READ-WRITE] selected"
        elif verb == "list":
            name = words.split(" ", 1)[1].strip('"')
            if name in self.mailbox.folders:
                self.connection.say(f'* LIST (\\HasNoChildren) "/" "{name}"')
        elif verb == "create":
            self.mailbox.folders[words.strip('"')] = {}
        return None

    def odd(self, verb):
        """Misbehaviour that takes more than words. True when nothing more is to be said."""
        self.misbehave(verb)
        if self.scenario.get("endless_lines") == verb:
            self.connection.send_for_ever(b"* SEARCH 1\r\n" * 4096)
        if (way := self.scenario.get("vanishes")) and verb == "fetch_body":
            del self.inbox[7]
            self.connection.say(f"{self.tag} {way} done")
            return True
        if self.scenario.get("loses_handled") and verb == "move":
            self.scenario["loses_handled"] = False
            del self.mailbox.folders["Handled"]
        return False

    def answer(self, verb, words):
        if self.odd(verb):
            return
        if before := self.scenario.get("before", {}).get(verb):
            self.connection.say(before)
        if self.said_instead(verb):
            return
        with LOCK:
            done = self.do("fetch" if verb == "fetch_body" else verb, words)
        meanwhile = self.scenario.get("meanwhile", {}).pop(verb, None)
        self.unseen = meanwhile() if meanwhile else ()
        self.connection.say(f"{self.tag} {done or 'OK done'}")
        self.answered(verb)

    def idle(self):
        way = self.scenario.get("idle")
        if self.odd("idle") or "idle" in self.scenario.get("says", {}):
            return self.answer("idle", "")
        if before := self.scenario.get("before", {}).get("idle"):
            self.connection.say(before)
        if way == "arrives_at_once":
            self.arrive()
            self.connection.send(b"+ idling\r\n* 1 EXISTS\r\n")
        else:
            self.connection.say("+ idling")
        if way == "arrives":
            self.arrive()
            self.connection.say("* 1 EXISTS")
        if way == "bye":
            self.connection.say("* BYE shutting down")
        if way in ("bye", "drop"):
            raise Gone
        if way == "deaf":
            self.connection.silence()
        while self.connection.line().upper() != "DONE":
            pass
        self.connection.say(f"{self.tag} OK idle done")
        return None

    def arrive(self):
        self.inbox[50] = {"body": MAIL.format(uid=50), "date": DATE, "marked": False}

    def authenticate(self, words):
        self.odd("authenticate")
        if self.scenario.get("says", {}).get("authenticate"):
            if " " not in words:
                self.connection.say("+ ")
                self.connection.line()
            self.answer("authenticate", words)
            return
        if " " not in words:
            self.connection.say("+ ")
            self.connection.line()
        self.connection.say(f"{self.tag} OK logged in")

    def run(self):
        is_plain = self.scenario.get("tls", "implicit") != "implicit"
        self.odd("greeting")
        self.connection.say(self.scenario.get("greeting", "* OK ready"))
        while line := self.connection.line():
            self.tag, verb, words = (line.split(" ", 2) + ["", ""])[:3]
            verb = verb.lower()
            if verb == "uid":
                verb, words = (words.split(" ", 1) + [""])[:2]
                verb = verb.lower()
            if verb == "fetch" and "BODY.PEEK[]" in words:
                verb = "fetch_body"
            self.connection.left = None
            if verb == "capability":
                self.odd(verb)
                self.connection.say(f"* CAPABILITY {self.capabilities(is_plain)}", f"{self.tag} OK done")
            elif verb == "starttls":
                if "starttls" in self.scenario.get("says", {}):
                    self.answer("starttls", words)
                    continue
                self.connection.send(f"{self.tag} OK begin\r\n{self.scenario.get('inject', '')}".encode())
                self.connection.start_tls()
                is_plain = False
            elif verb == "authenticate":
                self.authenticate(words)
            elif verb == "idle":
                self.idle()
            elif verb == "logout":
                self.connection.say("* BYE", f"{self.tag} OK bye")
                return
            else:
                self.answer(verb, words)


if __name__ == "__main__":
    run(SCENARIOS, lambda connection: ImapTalk(connection).run())
