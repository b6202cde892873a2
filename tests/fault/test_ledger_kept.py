# SPDX-License-Identifier: MIT
"""
The ledger lost, damaged, backed up and brought back, and the keys with it: nothing is lost, and
nothing goes out a second time by itself.
"""
import shutil
import subprocess
import time
from email.message import EmailMessage

import pytest

from fault.recovery import HOLDER, add_holder, know_recovery_key
from world.gateway import ADDRESS, Failed
from world.reckoning import reckon
from world.telling import DESK, OFFICER, a_form, one, the_officer_sends, wandle_works

EX_DATAERR, EX_IOERR, EX_CONFIG = 65, 74, 78


@pytest.fixture
def holder(people):
    return add_holder(people)


@pytest.fixture
def kept(world, holder):
    """A world whose gateway knows the recovery key."""
    know_recovery_key(world.gateway, holder)
    return world


def back_up(world, name="backup"):
    folder = world.scratch.folder / name
    world.gateway.run("ledger", "backup", folder)
    return folder


def empty_machine(world):
    """What an administrator has from the site's own files: settings, rules, passwords; no more."""
    gateway = world.gateway
    lost = world.scratch.folder / "lost"
    subprocess.run(["gpgconf", "--homedir", gateway.folder / "gnupg", "--kill", "all"],
        check=True)
    gateway.folder.rename(lost)
    gateway.folder.mkdir()
    for name in ("state", "secrets"):
        (gateway.folder / name).mkdir(mode=0o700)
    for name in ("wandle.yaml", "alarm", "secrets/mailbox", "secrets/submission"):
        shutil.copy2(lost / name, gateway.folder / name)
    for name in ("rules", "templates"):
        shutil.copytree(lost / name, gateway.folder / name)


def ledger_files(world):
    path = world.gateway.ledger.path
    return [file for file in (path, *(path.with_name(path.name + end) for end in ("-wal", "-shm")))
        if file.exists()]


def lose_ledger(world):
    for file in ledger_files(world):
        file.unlink()


def decrypted(folder, holder):
    """As the holder does it: the armor is signed by the gateway and sealed for her alone."""
    return holder.unseal((folder / "keys.asc").read_bytes())[0]


def counts(world):
    return {name: len(letters) for name, letters in world.mailboxes().items()}


def test_a_drill_brings_ledger_and_keys_back_on_an_empty_machine(kept, holder):
    # given: one case is done, and everything is backed up while the gateway works
    world, ledger = kept, kept.gateway.ledger
    world.gateway.start(world.scratch)
    the_officer_sends(world, a_form(world), arrived=False)
    ledger.wait(lambda: ledger.references() and ledger.is_at_rest(), "the letters to be sent")
    folder = back_up(world)
    assert world.gateway.stop(world.scratch) == 0
    world.servers.settle()
    before, references = counts(world), ledger.references()
    # when: the machine burns
    empty_machine(world)
    began = time.monotonic()
    said = world.gateway.run("ledger", "restore", "--keys", folder,
        data=decrypted(folder, holder))
    world.gateway.activate()
    # then: what the ledger knew it knows
    assert ledger.references() == references and "the ledger is back" in said
    assert counts(world) == before
    # and new mail is opened, sorted and answered with the keys that came back
    the_officer_sends(world, a_form(world, Your_reference="MERLIN 4713/26"), by="pc-whitmore")
    wandle_works(world)
    reckon("machine lost, ledger and keys brought back", times=1,
        seconds=[time.monotonic() - began])
    assert ledger.fates() == [("sorted", "sort.concern")] * 2
    after = counts(world)
    assert after["merton-mash"] == before["merton-mash"] + 1 and after["pc-whitmore"] == 1
    assert after[OFFICER] == before[OFFICER]
    # and the sealed texts of the old case are still readable: the desk can go on with it
    world.gateway.run("case", "show", references[0])


def test_the_keys_are_sealed_for_their_holder_alone_and_never_lie_in_the_clear(kept, holder):
    # when
    folder = back_up(kept)
    # then
    armor = (folder / "keys.asc").read_bytes()
    assert armor.startswith(b"-----BEGIN PGP MESSAGE-----")
    secret = (kept.gateway.folder / "secrets/sealing.key").read_bytes().strip()
    for path in kept.scratch.folder.rglob("*"):
        if path.is_file() and path != kept.gateway.folder / "secrets/sealing.key":
            text = path.read_bytes()
            assert secret not in text and b"BEGIN PGP PRIVATE" not in text, path
    with pytest.raises(subprocess.CalledProcessError):
        kept.people[OFFICER].unseal(armor)
    lines, status = holder.unseal(armor)
    assert "GOODSIG" in status and secret in lines and b"BEGIN PGP PRIVATE" in lines
    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o600}
    assert kept.gateway.run("ledger", "check").startswith("the ledger is whole")
    # without a recovery key there is no backup that looks like one
    kept.gateway.edit("wandle.yaml", (f"recovery:\n  holder: {HOLDER}\n"
        f"  key: {holder.fingerprint}\n", ""))
    kept.gateway.run("ledger", "backup", kept.scratch.folder / "no", expect=EX_CONFIG)
    assert not (kept.scratch.folder / "no").exists()


PINENTRY = """\
#!/bin/sh
echo OK
while read -r word rest; do
	[ "$word" = GETPIN ] && echo "D a pass phrase"
	echo OK
	[ "$word" = BYE ] && exit
done
"""


def protect_own_key(world):
    """The gateway's key gets a passphrase, which gpg-agent knows for now."""
    home, folder = world.gateway.folder / "gnupg", world.scratch.folder
    (folder / "pinentry").write_text(PINENTRY)
    (folder / "pinentry").chmod(0o755)
    (home / "gpg-agent.conf").write_text(f"pinentry-program {folder}/pinentry\n")
    for command in (("gpgconf", "--homedir", home, "--kill", "gpg-agent"),
            ("gpgconf", "--homedir", home, "--launch", "gpg-agent"),
            ("gpg", "--homedir", home, "--batch", "--passwd", world.wandle.fingerprint)):
        subprocess.run(command, check=True, capture_output=True)
    sealed = world.people[OFFICER].seal(b"x", world.wandle)
    subprocess.run(["gpg", "--homedir", home, "--batch", "--decrypt"], input=sealed, check=True,
        capture_output=True)


def test_a_key_with_a_passphrase_is_said_and_leaves_no_half_backup(kept):
    # given
    protect_own_key(kept)
    kept.gateway.run("check")
    folder = kept.scratch.folder / "backup"
    # when
    kept.gateway.run("ledger", "backup", folder, expect=EX_CONFIG)
    # then
    assert "key.locked" in kept.gateway.said and "passphrase" in kept.gateway.said
    assert not folder.exists() and not folder.with_name("backup.part").exists()
    assert "backup    never taken" in kept.gateway.run("status")


@pytest.mark.long
def test_keys_come_back_only_where_there_are_none_and_only_ours(kept, holder):
    # given
    gateway, folder = kept.gateway, back_up(kept)
    lines = decrypted(folder, holder)
    lose_ledger(kept)
    # when there are keys already, then they stay as they are
    before = (gateway.folder / "gnupg/pubring.kbx").read_bytes()
    gateway.run("ledger", "restore", "--keys", folder, data=lines, expect=EX_CONFIG)
    assert "key.exists" in gateway.said and not gateway.ledger.path.exists()
    assert (gateway.folder / "gnupg/pubring.kbx").read_bytes() == before
    # when what comes is no backup, cut short, or another gateway's, then nothing is left behind
    empty_machine(kept)
    other = lines.replace(kept.wandle.fingerprint.encode(), holder.fingerprint.encode(), 1)
    for wrong in (b"", b"-----BEGIN PGP MESSAGE-----\n", lines[:len(lines) // 2], other,
            lines.replace(b"sealing-public ", b"sealing-public 00")):
        gateway.run("ledger", "restore", "--keys", folder, data=wrong, expect=EX_CONFIG)
        assert not gateway.ledger.path.exists()
        assert not (gateway.folder / "secrets/sealing.key").exists()
        assert not (gateway.folder / "gnupg/pubring.kbx").exists()
    # and then the right one is taken
    gateway.run("ledger", "restore", "--keys", folder, data=lines)
    gateway.run("ledger", "check")


def an_answer(world, agency):
    """In the clear, and naming nothing but the id."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = world.addresses[agency], ADDRESS, "Re: referral"
    mail["In-Reply-To"] = world.gateway.ledger.count(
        "SELECT message_id FROM letter WHERE to_id = ?", agency)
    mail.set_content("Thank you.")
    return mail


def yesterdays_backup_sends_nothing_again(kept):
    # given: a letter that waits when the backup is taken, and leaves afterwards
    world, ledger = kept, kept.gateway.ledger
    address = world.addresses["merton-mash"]
    refused = f"check_recipient_access inline:{{ {{ {address} = 450 4.2.1 come again }} }}"
    world.servers.start_postfix(submission_recipient_restrictions=refused)
    the_officer_sends(world, a_form(world))
    wandle_works(world)
    folder = back_up(world)
    world.servers.start_postfix(submission_recipient_restrictions="")
    world.gateway.start(world.scratch, "--only", "deliver")
    ledger.wait(ledger.is_at_rest, "the letter to be sent")
    assert world.gateway.stop(world.scratch) == 0
    world.servers.settle()
    letter, before = one(world.mailboxes()["merton-mash"]), counts(world)
    # when: the ledger is lost, and yesterday's comes back
    lose_ledger(world)
    said = world.gateway.run("ledger", "restore", folder)
    assert letter.reference in said and "merton-mash" in said
    wandle_works(world)
    # then: the agency has it once, and the desk is told that nobody can know
    after = counts(world)
    assert after["merton-mash"] == before["merton-mash"] == 1
    notice = next(found for found in world.mailboxes()[DESK] if "brought back" in found)
    assert notice.reference == letter.reference and "merton-mash" in notice
    assert letter.reference in world.gateway.run("case", "list")
    assert ledger.referrals(letter.reference)["merton-mash"] == "bounced"
    assert "restored" in world.gateway.run("status")
    # when a mail of after the backup shows that the agency has got it, then nobody waits any more
    world.servers.put(ADDRESS, an_answer(world, "merton-mash"), folder="Handled")
    world.gateway.run("reconcile", expect=EX_DATAERR)
    assert ledger.referrals(letter.reference)["merton-mash"] == "sent"
    assert not ledger.count("SELECT waits FROM cases WHERE reference = ?", letter.reference)
    assert "failed -> sent" in world.gateway.run("case", "show", letter.reference)
    reckon("ledger lost, an old backup brought back", times=1)


def test_yesterdays_backup_sends_nothing_again_by_itself(kept):
    yesterdays_backup_sends_nothing_again(kept)


def test_what_came_after_the_backup_is_found_again_and_held(kept):
    # given: a mail received before the backup and sorted after it, and one that came after it
    world, ledger = kept, kept.gateway.ledger
    the_officer_sends(world, a_form(world))
    world.gateway.run("run", "--once", "--only", "receive")
    folder = back_up(world)
    the_officer_sends(world, a_form(world, Your_reference="MERLIN 4713/26"), by="pc-whitmore")
    wandle_works(world)
    before = counts(world)
    assert before["merton-mash"] == 2 and before[OFFICER] == before["pc-whitmore"] == 1
    # when
    lose_ledger(world)
    world.gateway.run("ledger", "restore", folder)
    began = time.monotonic()
    world.gateway.start(world.scratch)
    ledger.wait(lambda: len(ledger.fates()) == 2 and ledger.is_at_rest(),
        "the mailbox to be read again")
    reckon("mails of after the backup read again", times=2, seconds=[time.monotonic() - began])
    assert world.gateway.stop(world.scratch) == 0
    world.servers.settle()
    # then: none is lost, none is sent again, and the desk decides on each
    assert ledger.fates() == [("held", "mail.found")] * 2
    after = counts(world)
    assert {name: count for name, count in after.items() if name != DESK} == before
    assert after[DESK] == 2
    assert all(reference in world.gateway.run("case", "list")
        for reference in ledger.references())


def a_lost_ledger_is_not_made_anew(world):
    # given
    the_officer_sends(world, a_form(world))
    wandle_works(world)
    before = counts(world)
    lose_ledger(world)
    # when, then: neither a run nor a new activation takes it for a first start
    for command in (("run", "--once"), ("rules", "activate"), ("status",), ("case", "list")):
        world.gateway.run(*command, expect=EX_IOERR if command[0] == "run" else EX_CONFIG)
        assert "ledger.missing" in world.gateway.said, command
    assert not ledger_files(world)
    assert any("ledger.missing" in alarm for alarm in world.gateway.alarms())
    assert counts(world) == before
    reckon("ledger file deleted", times=1)


def test_a_lost_ledger_stops_the_gateway_and_nothing_is_made_anew(world):
    a_lost_ledger_is_not_made_anew(world)


def test_a_backup_is_refused_where_it_would_write_over_something(kept):
    folder = back_up(kept)
    for command in (("ledger", "backup", folder), ("ledger", "restore", folder)):
        with pytest.raises(Failed):
            kept.gateway.run(*command)
    assert "there already" in kept.gateway.log_text()
    assert "move it away" in kept.gateway.log_text()


def a_damaged_backup_is_none(kept):
    # given: one that was damaged since
    folder = back_up(kept)
    lose_ledger(kept)
    copy = folder / "ledger.sqlite"
    copy.write_bytes(copy.read_bytes()[:-1] + b"x")
    # when, then
    kept.gateway.run("ledger", "restore", folder, expect=EX_CONFIG)
    assert "backup.damaged" in kept.gateway.said
    assert not kept.gateway.ledger.path.exists()


def test_a_backup_that_was_damaged_is_refused(kept):
    a_damaged_backup_is_none(kept)
