# SPDX-License-Identifier: MIT
"""
The disk itself: full, out of inodes, read-only, on real small file systems. The gateway stops taking
mail, says so by the alarm, loses nothing, and goes on by itself when there is room again.
"""
import subprocess

import pytest

from world.disks import FILLER, fill, mount, small_disk, take_inodes
from world.gateway import ADDRESS
from world.reckoning import reckon
from world.scratch import until
from world.telling import OFFICER, a_form, one, the_officer_sends, wandle_works


@pytest.fixture(params=["ext4", pytest.param("tmpfs", marks=pytest.mark.long)])
def disk(new_world, request):
    world = new_world(activate=False)
    image = world.scratch.folder / "disk.img"
    with small_disk(request.param, world.gateway.folder / "state", image) as folder:
        world.gateway.activate()
        yield world, folder


def alarmed(world, code):
    return any(code in alarm for alarm in world.gateway.alarms())


def test_a_full_disk_stops_the_taking_and_is_got_over_alone(disk):
    # given: the gateway at work, and then no room left
    world, folder = disk
    ledger = world.gateway.ledger
    world.gateway.start(world.scratch)
    the_officer_sends(world, a_form(world), arrived=False)
    ledger.wait(lambda: ledger.references() and ledger.is_at_rest(), "the first case")
    fill(folder)
    # when
    the_officer_sends(world, a_form(world, Your_reference="MERLIN 2/26"), by="pc-whitmore")
    until(lambda: alarmed(world, "ledger.full") or alarmed(world, "ledger.damaged"),
        "the alarm", 60)
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
