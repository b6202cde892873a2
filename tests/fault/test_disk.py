# SPDX-License-Identifier: MIT
"""
The disk itself: full, out of inodes, read-only, on real small file systems. The gateway stops taking
mail, says so by the alarm, loses nothing, and goes on by itself when there is room again.
"""
import os
import subprocess
import time
from email import message_from_bytes

import pytest

from world.disks import FILLER, fill, mount, small_disk, take_inodes
from world.gateway import ADDRESS
from world.manifest import Manifest
from world.reckoning import LONG, reckon
from world.reconcile import reconcile
from world.scratch import until
from world.telling import OFFICER, a_form, one, the_officer_sends, wandle_works


@pytest.fixture(params=["ext4", pytest.param("tmpfs", marks=pytest.mark.long)])
def disk(new_world, request):
    world = new_world(activate=False)
    world.gateway.edit_agency("merton-mash", "hours", "{always: yes}")
    image = world.scratch.folder / "disk.img"
    with small_disk(request.param, world.gateway.folder / "state", image) as folder:
        world.gateway.activate()
        yield world, folder


def alarmed(world, code):
    return any(code in alarm for alarm in world.gateway.alarms())


def meets_the_full_disk(world, mark):
    """Receive has begun twice since: at the latest its second process has met what lies there."""
    return world.gateway.log_text()[mark:].count("receive 0 ended with 74") > 1


def a_full_disk_is_got_over(world, folder):
    # given: the gateway at work, and then no room left
    ledger = world.gateway.ledger
    world.gateway.start(world.scratch)
    the_officer_sends(world, a_form(world), arrived=False)
    ledger.wait(lambda: ledger.references() and ledger.is_at_rest(), "the first case")
    fill(folder)
    # when
    the_officer_sends(world, a_form(world, Your_reference="MERLIN 2/26"), by="pc-whitmore")
    mark = len(world.gateway.log_text())
    until(lambda: meets_the_full_disk(world, mark) and (alarmed(world, "ledger.full")
        or alarmed(world, "ledger.damaged")), "the full disk to be met, and the alarm", 60)
    # then: the mail is where it was, or in the ledger; and nothing of a case went out by halves
    assert len(world.inbox()) + ledger.count("SELECT count(*) FROM mail") >= 2
    # and when there is room again, nobody has to do anything
    (folder / FILLER).unlink()
    ledger.wait(lambda: len(ledger.references()) == 2 and ledger.is_at_rest(), "the second case", 120)
    assert world.gateway.stop(world.scratch) == 0
    world.servers.settle()
    assert ledger.fates() == [("sorted", "sort.concern")] * 2
    assert len(world.mailboxes()["merton-mash"]) == 2 and one(world.mailboxes()["pc-whitmore"])
    world.gateway.run("ledger", "check")
    reckon("disk full while at work", times=1)


def test_a_full_disk_stops_the_taking_and_is_got_over_alone(disk):
    a_full_disk_is_got_over(*disk)


# Room for whatever is small, claims and heartbeats among it, and for no mail or letter with a film.
ROOM, FILM = 400_000, 1_000_000


def lay_ballast(folder, room=ROOM):
    fill(folder)
    os.truncate(folder / FILLER, (folder / FILLER).stat().st_size - room)


def send_films(world, manifest, count):
    """Concerns that go to an agency with all that came with them."""
    films = []
    while len(films) < count:
        entry = manifest.add("concern", attachments=[("film.bin", os.urandom(FILM))])
        world.servers.submit(world.addresses[entry.by], [ADDRESS], entry.mail)
        films += [entry.message_id] if "merton-mash" in entry.sends else []
    world.servers.settle()
    return set(films)


def waiting(world):
    return {message_from_bytes(raw)["Message-ID"] for raw in world.inbox()}


def no_mail_is_blamed(ledger):
    """A second attempt at a job would be one towards `could not be read`, which comes after a few."""
    attempts = ledger.count("SELECT max(attempts) FROM job") or 0
    ended = [fate for fate in ledger.fates() if fate[0] != "received"]
    assert attempts <= 1 and not ended, f"attempts that the disk has ended count: {attempts}, {ended}"
    return True


def a_nearly_full_disk_blames_no_mail(world, folder):
    # given: a film is in the ledger already, and there is room for its job and not for its letter
    manifest, ledger, log = Manifest(world, 9), world.gateway.ledger, world.gateway.log_text
    send_films(world, manifest, 1)
    world.gateway.run("run", "--once", "--only", "receive")
    lay_ballast(folder)
    # when: more come while the gateway is at work
    world.gateway.start(world.scratch)
    films = send_films(world, manifest, 2)
    # then: sort waits with what it has done, receive tries again and again, and the alarm is raised
    until(lambda: no_mail_is_blamed(ledger) and alarmed(world, "ledger.full")
        and "writing down what was done" in log() and log().count("receive 0 ended with 74") >= 4,
        "all duties to meet the full disk", 60)
    assert films <= waiting(world)
    # each time anew, and yet the operator is not called each time
    assert world.gateway.alarms().count("ledger.full -") < log().count("receive 0 ended with 74")
    # and when the ballast is gone, all of it flows
    (folder / FILLER).unlink()
    well = time.monotonic()
    ledger.wait(lambda: len(ledger.fates()) == len(manifest.entries) and ledger.is_at_rest()
        and not world.inbox(), "all to be handled", 120)
    taken = time.monotonic() - well
    assert world.gateway.stop(world.scratch) == 0
    world.servers.settle()
    found = reconcile(world, manifest)
    assert found.is_clean(), (found.summary(), found.faults)
    reckon("disk nearly full while mails arrive", len(manifest.entries), found.lost, found.twice_inside,
        found.twice_outside, found.misrouted, [taken])


def test_a_nearly_full_disk_blames_no_mail_and_loses_none(disk):
    a_nearly_full_disk_blames_no_mail(*disk)


# Somewhere here there is room to claim something and none to write its end down.
NARROW = range(40_960, 250_000, 8192) if LONG else (49_152, 61_440)


def runs_on_a_full_disk(world, folder, duty):
    """Gives how much room there was, and there is enough again then: one can look into the ledger."""
    for room in NARROW:
        lay_ballast(folder, room)
        for _ in range(2):
            world.gateway.run("run", "--once", "--only", duty, expect=74)
        (folder / FILLER).unlink()
        yield room


def test_single_runs_on_a_full_disk_count_no_attempt_and_send_nothing_twice(disk):
    # given: a mail is in the ledger, and nobody waits for the disk
    world, folder = disk
    manifest, ledger = Manifest(world, 9), world.gateway.ledger
    send_films(world, manifest, 1)
    world.gateway.run("run", "--once", "--only", "receive")
    # when, then
    for room in runs_on_a_full_disk(world, folder, "sort"):
        assert ledger.count("SELECT max(attempts) FROM job") == 0, room
    assert alarmed(world, "ledger.full")
    world.gateway.run("run", "--once", "--only", "sort")
    for room in runs_on_a_full_disk(world, folder, "deliver"):
        assert ledger.count("SELECT max(attempts) FROM letter") == 0, room
    # and when there is room again
    wandle_works(world)
    found = reconcile(world, manifest)
    assert found.is_clean() and not found.twice_inside, (found.summary(), found.faults)
    reckon("single runs on a disk nearly full", 4 * len(NARROW), found.lost, found.twice_inside,
        found.twice_outside, found.misrouted)


def test_no_inode_left_is_said_and_got_over(disk):
    # given
    world, folder = disk
    the_officer_sends(world, a_form(world))
    take_inodes(folder)
    # when
    world.gateway.run("run", "--once", expect=None)
    # then
    assert alarmed(world, "ledger.") and len(world.servers.fetch(ADDRESS)) == 1
    # and when there are some again
    subprocess.run(["rm", "-r", folder / FILLER], check=True)
    wandle_works(world)
    assert world.gateway.ledger.fates() == [("sorted", "sort.concern")]
    assert one(world.mailboxes()["merton-mash"]) and one(world.mailboxes()[OFFICER])
    reckon("no inode left", times=1)


def test_a_read_only_disk_is_said_and_got_over(disk):
    # given
    world, folder = disk
    the_officer_sends(world, a_form(world))
    mount("-o", "remount,ro", folder)
    # when
    world.gateway.run("run", "--once", expect=None)
    # then
    assert alarmed(world, "ledger.") and len(world.servers.fetch(ADDRESS)) == 1
    # and when it may be written again
    mount("-o", "remount,rw", folder)
    wandle_works(world)
    assert world.gateway.ledger.fates() == [("sorted", "sort.concern")]
    assert one(world.mailboxes()["merton-mash"]) and one(world.mailboxes()[OFFICER])
    reckon("disk read-only", times=1)
