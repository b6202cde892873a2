#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""A submission server that misbehaves on request. Usage: fake_smtp.py FOLDER (see misbehaving.py)"""
import base64
import threading

from misbehaving import Gone, Talk, run

LOGIN = base64.b64encode(b"\0gateway\0correct horse").decode()
QUEUED = "250 2.0.0 Ok: queued as 4XyZ12abcD"

# What a scenario may hold: tls: implicit (default), starttls, none; certificate; drop_in_body: the line of the
# letter; refuses: {recipient: answer}; wanted_password; takes_at: body, taken without a word, as before a crash; and what misbehaving.py says. A verb is greeting, ehlo, starttls, auth, mail, rcpt, data, body (all of it
# is there, and kept or not, nothing said), dot, noop.
SCENARIOS = {
    "good": {},
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
    "starttls_injected": {"tls": "starttls", "inject": True},
    "starttls_refused": {"tls": "starttls", "says": {"starttls": "454 4.7.0 TLS not available"}},
    "greeting_554": {"says": {"greeting": "554 No SMTP service here"}},
    "greeting_421": {"says": {"greeting": "421 4.3.2 Try again later"}},
    "greeting_silent": {"quiet_at": "greeting"},
    "greeting_drips": {"drip_at": "greeting"},
    # a 354 where none belongs, and what would be a yes behind it
    "greeting_354": {"tls": "starttls", "says": {"greeting": "354\r\r\n220 2.0.0 Ok: queued as ABC"},
                     "drop_at": "ehlo"},
    "mail_354": {"says": {"mail": "354 go on\r\n250 2.0.0 Ok: queued as ABC"}},
    "ehlo_550": {"says": {"ehlo": "550 5.7.1 Not you"}},
    "auth_535": {"says": {"auth": "535 5.7.8 Error: authentication failed"}},
    "auth_454": {"says": {"auth": "454 4.7.0 Temporary authentication failure"}},
    "auth_echo": {"says": {"auth": f"535 5.7.8 bad login {LOGIN}"}},
    "auth_unknown": {"mechanisms": "NOTHING-WE-KNOW"},
    "mail_530": {"says": {"mail": "530 5.7.0 Authentication required"}},
    "dot_echo": {"says": {"dot": "554 5.7.1 your password is correct horse"}},
    "dot_354": {"says": {"dot": "354 Go on"}},
    "dot_many_lines": {"says": {"dot": "250-2.0.0 first\r\n250-2.0.0 second\r\n250 2.0.0 Ok: queued as LAST1"}},
    "dot_binary": {"says": {"dot": "550 5.7.1 \x1b[31m\x07 \xe9\x80 no"}},
    "dot_long": {"says": {"dot": "550 5.7.1 " + "x" * 3000}},
    "dot_garbage": {"says": {"dot": "what?\r\n25\r\nabc def\r\n250 2.0.0 Ok: queued as AFTER"}},
    "exim": {"says": {"dot": "250 OK id=1tEXaM-000abc-2Z"}},
    "exchange": {"says": {"dot": "250 2.6.0 <1@x> [InternalId=4711, Hostname=A.B] 12 bytes in 0.1, 9 KB/sec Queued mail"
                               " for delivery"}},
    "sendmail": {"says": {"dot": "250 2.0.0 4ANFxyz012 Message accepted for delivery"}},
    "unnamed": {"says": {"dot": "250 2.0.0 thank you"}},
    "drop_after_data": {"drop_after": "data"},
    "drop_in_body": {"drop_in_body": True},
    "drop_after_dot": {"drop_after": "body"},
    "drop_at_mail": {"drop_after": "auth"},
    "silent_after_dot": {"quiet_at": "dot"},
    "silent_at_rcpt": {"quiet_at": "rcpt"},
    "drip_after_dot": {"drip_at": "dot"},
    "late_after_dot": {"late_at": "dot"},
    "quit_dropped": {"drop_after": "dot"},
    "closed_between": {"drop_after": "dot"},
    "timed_out_between": {"drop_after": "dot", "farewell": "421 4.4.2 Error: timeout exceeded"},
    "noop_502": {"says": {"noop": "502 5.5.2 No"}},
}
for verb in ("mail", "rcpt", "data", "dot"):
    for code, text in ((421, "4.3.2 going down"), (450, "4.2.0 busy"), (451, "4.3.0 later"), (550, "5.1.1 no such user"),
                       (552, "5.3.4 too large"), (554, "5.7.1 refused")):
        SCENARIOS[f"{verb}_{code}"] = {"says": {verb: f"{code} {text}"}}


LOCK = threading.Lock()


class SmtpTalk(Talk):
    DRIP = b"250-" + b"x" * 200

    def answer(self, verb, usual, taken=None):
        """Answers a verb as the scenario has it. True when the usual answer was given, for what is taken."""
        self.misbehave(verb)
        if self.said_instead(verb):
            return False
        if taken:
            self.keep("letters", taken)
        self.connection.say(usual)
        self.answered(verb)
        self.connection.left = None
        return True

    def ehlo(self, is_plain):
        lines = ["fake.test", "SIZE 50000000", "AUTH " + self.scenario.get("mechanisms", "PLAIN LOGIN")]
        if is_plain and self.scenario.get("tls") == "starttls":
            lines = ["fake.test", "STARTTLS"]
        last = lines.pop()
        self.answer("ehlo", "".join(f"250-{line}\r\n" for line in lines) + f"250 {last}")

    def data(self):
        if not self.answer("data", "354 End data with <CR><LF>.<CR><LF>"):
            return
        lines, cut = [], self.scenario.get("drop_in_body", 0)
        while (line := self.connection.line()) != ".":
            lines.append(line[1:] if line.startswith(".") else line)
            if cut and len(lines) >= cut:
                raise Gone
        letter = self.recipient, "".join(f"{line}\r\n" for line in lines).encode("latin-1")
        self.keep("offered", letter)
        if self.scenario.get("takes_at") == "body":
            self.keep("letters", letter)
        self.answered("body")
        self.answer("dot", QUEUED, taken=letter)

    def keep(self, pile, letter):
        """offered: it came whole. letters: it was taken, and that was said."""
        with LOCK:
            self.scenario.setdefault(pile, []).append(letter)

    def auth(self, proof):
        wanted = self.scenario.get("wanted_password")
        known = not wanted or base64.b64decode(proof).endswith(f"\0{wanted}".encode())
        self.answer("auth", "235 2.7.0 Authentication successful" if known else "535 5.7.8 not known")

    def starttls(self):
        if not self.answer("starttls", "220 2.0.0 Ready" + ("\r\n250 injected" if self.scenario.get("inject") else "")):
            return
        self.connection.start_tls()

    def run(self):
        self.answer("greeting", "220 fake.test ESMTP")
        is_plain = self.scenario.get("tls", "implicit") != "implicit"
        while line := self.connection.line():
            verb = line.split(":")[0].split()[0].lower()
            if verb in ("ehlo", "helo"):
                self.ehlo(is_plain)
            elif verb == "starttls":
                self.starttls()
                is_plain = False
            elif verb == "auth":
                if line.split()[-1] in ("PLAIN", "LOGIN"):
                    self.connection.say("334 ")
                    line = self.connection.line()
                self.auth(line.split()[-1])
            elif verb == "data":
                self.data()
            elif verb in ("mail", "rcpt", "noop"):
                self.recipient = line.partition("<")[2].partition(">")[0]
                refused = self.scenario.get("refuses", {}).get(self.recipient) if verb == "rcpt" else None
                self.answer(verb, refused or "250 2.1.0 Ok")
            elif verb == "quit":
                self.connection.say("221 2.0.0 Bye")
                return
            else:
                self.connection.say("502 5.5.2 Command not recognized")


if __name__ == "__main__":
    run(SCENARIOS, lambda connection: SmtpTalk(connection).run())
