# SPDX-License-Identifier: MIT
"""What the world can be relied on for; each test is also an example of its use."""
import imaplib
import os
import re
import signal
import smtplib
import ssl
import subprocess
import sys
from email import message_from_bytes

import pytest

from world import mails
from world.people import People
from world.scratch import Scratch, listens, until
from world.post import PASSWORD
from world.servers import Servers

OFFICER, DESK, PHOENIX = "officer@field.test", "desk@gate.test", "phoenix@phoenix.test"


@pytest.fixture(scope="module")
def people():
    with Scratch("wandle-people-") as scratch:
        yield People(scratch, {"gateway": DESK, "officer": OFFICER, "phoenix": PHOENIX})


@pytest.fixture
def servers():
    with Scratch("wandle-world-") as scratch:
        servers = Servers(scratch, [OFFICER, DESK, PHOENIX])
        servers.start()
        yield servers
        servers.close()


def note(to=DESK, text="hello\n"):
    return mails.plain(text, OFFICER, to)


def test_a_sealed_mail_reaches_its_reader(people, servers):
    part = mails.text_part("Grüße an das Pult\n")
    armor = people["officer"].seal(mails.payload(part), people["gateway"])
    servers.submit(OFFICER, [DESK], mails.pgp_mime(armor, OFFICER, DESK))
    servers.settle()
    (raw,) = servers.fetch(DESK)
    sealed = message_from_bytes(raw).get_payload(1).get_payload(decode=True)
    people["gateway"].learn(people["officer"])
    text, status = people["gateway"].unseal(sealed)
    assert text == mails.payload(part)
    assert "GOODSIG" in status and people["officer"].fingerprint in status
    assert servers.occupied() == {DESK}


def test_nobody_else_can_open_it(people):
    armor = people["officer"].seal(b"for the desk", people["gateway"])
    with pytest.raises(subprocess.CalledProcessError):
        people["phoenix"].unseal(armor)


def test_a_wrong_name_in_the_certificate_is_refused(servers):
    servers.stop("dovecot")
    servers.start_dovecot(certificate="elsewhere")
    with pytest.raises(ssl.SSLCertVerificationError, match="doesn't match|mismatch"):
        servers.fetch(DESK)
    servers.stop("dovecot")
    servers.start_dovecot()
    assert servers.fetch(DESK) == []


def test_an_unknown_authority_is_refused(servers):
    with pytest.raises(ssl.SSLCertVerificationError):
        imaplib.IMAP4_SSL("localhost", servers.ports.imaps,
            ssl_context=ssl.create_default_context(), timeout=10)


def test_submission_asks_for_tls_login_and_ones_own_address(servers):
    with smtplib.SMTP("localhost", servers.ports.submission, timeout=10) as smtp:
        assert smtp.mail(OFFICER)[0] == 530
        smtp.starttls(context=servers.trust())
        smtp.ehlo()
        smtp.mail(OFFICER)
        assert smtp.rcpt(DESK)[0] == 554
        smtp.rset()
        smtp.login(OFFICER, PASSWORD)
        smtp.mail(PHOENIX)
        assert smtp.rcpt(DESK)[0] == 553
        smtp.rset()
        smtp.mail(OFFICER)
        assert smtp.rcpt("nobody@gate.test")[0] == 550
        assert smtp.rcpt("nobody@example.org")[0] == 550


@pytest.mark.parametrize("rule, code", [("defer", 450), ("reject", 554)])
def test_submission_can_refuse_for_a_while(servers, rule, code):
    servers.start_postfix(submission_relay_restrictions=rule)
    with pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
        servers.submit(OFFICER, [DESK], note())
    assert refused.value.recipients[DESK][0] == code
    servers.start_postfix(submission_relay_restrictions="permit_sasl_authenticated, reject")
    servers.submit(OFFICER, [DESK], note())
    servers.settle()
    assert len(servers.fetch(DESK)) == 1


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
def test_postfix_comes_back_with_its_queue(servers, how):
    servers.start_postfix(defer_transports="lmtp")
    servers.submit(OFFICER, [DESK], note())
    assert servers.queued() == 1
    servers.stop("postfix", how)
    with pytest.raises(ConnectionRefusedError):
        servers.submit(OFFICER, [DESK], note())
    servers.start_postfix(defer_transports="")
    servers.settle()
    assert len(servers.fetch(DESK)) == 1


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
def test_dovecot_comes_back_with_its_mail(servers, how):
    servers.put(DESK, note())
    servers.stop("dovecot", how)
    with pytest.raises(OSError):
        servers.fetch(DESK)
    servers.inject("someone@else.test", [DESK], note())
    servers.start_dovecot()
    servers.settle()
    assert len(servers.fetch(DESK)) == 2


def test_idle_and_move_are_there(servers):
    with servers.imap(DESK) as box:
        assert {"IDLE", "MOVE", "UIDPLUS"} <= set(box.capability()[1][0].decode().split())
        box.send(b"I1 IDLE\r\n")
        assert box.readline().startswith(b"+")
        servers.put(DESK, note())
        assert b"EXISTS" in box.readline()
        box.send(b"DONE\r\n")
        while not box.readline().startswith(b"I1 OK"):
            pass


def test_an_arrival_time_of_ones_choice(servers):
    servers.put(DESK, note(), arrived_at=1_700_000_000)
    with servers.imap(DESK) as box:
        answer = box.fetch("1", "(INTERNALDATE)")[1][0].decode()
    assert re.search(r"14-Nov-2023 22:13:20 \+0000", answer)


def test_a_gateway_home_knows_whom_it_certified_and_who_was_revoked(people):
    past = people.add("past", "past@field.test", expires="2021-01-01", made_at="20200101T000000")
    gone = people.add("gone", "gone@field.test")
    home = people.gateway_home([people["officer"], past, gone], revoked=[gone])
    listed = subprocess.run(["gpg", "--homedir", home, "--with-colons", "--list-keys"],
        check=True, capture_output=True, text=True).stdout
    found = {fpr: letter for letter, fpr in
        re.findall(r"^pub:(.):[^\n]*\nfpr:+(\w+):", listed, re.M)}
    assert found[people["officer"].fingerprint] == "f"
    assert found[past.fingerprint] == "e"
    assert found[gone.fingerprint] == "r"


def test_two_worlds_do_not_meet(servers):
    with Scratch("wandle-world-") as scratch:
        other = Servers(scratch, [OFFICER, DESK])
        other.start()
        assert not set(vars(other.ports).values()) & set(vars(servers.ports).values())
        other.submit(OFFICER, [DESK], note())
        other.settle()
        assert len(other.fetch(DESK)) == 1
        assert servers.occupied() == set()
        other.close()


DYING = """
import sys, time
sys.path.insert(0, sys.argv[1])
from world.scratch import Scratch
from world.servers import Servers
from world.people import People
scratch = Scratch("wandle-world-")
servers = Servers(scratch, ["desk@gate.test"])
servers.start()
People(scratch, {"gateway": "desk@gate.test"})
print(servers.ports.imaps, servers.ports.submission, scratch.folder, flush=True)
time.sleep(60)
"""


def test_nothing_outlives_a_killed_test():
    tests = os.path.dirname(os.path.dirname(__file__))
    child = subprocess.Popen([sys.executable, "-c", DYING, tests], stdout=subprocess.PIPE,
        text=True)
    imaps, submission, folder = child.stdout.readline().split()
    assert listens(int(imaps)) and listens(int(submission))
    child.kill()
    child.wait()
    until(lambda: not listens(int(imaps)) and not listens(int(submission)), "closed ports")
    until(lambda: not os.path.exists(folder), "the folder's end")
    running = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True).stdout
    assert folder not in running
