# SPDX-License-Identifier: MIT
"""
The disk itself: full, out of inodes, read-only, on real small file systems. The gateway stops taking
mail, says so by the alarm, loses nothing, and goes on by itself when there is room again.
"""
import contextlib
import subprocess

import pytest

from world.gateway import ADDRESS
from world.reckoning import reckon
from world.scratch import until
from world.telling import OFFICER, a_form, one, the_officer_sends, wandle_works

FILLER = "filler"


def mount(*arguments):
    """Needs root, as Postfix does: where it is not possible the test fails, and is not left out."""
    subprocess.run(["mount", *arguments], check=True, capture_output=True)


@contextlib.contextmanager
def small_disk(kind, world, size="24M", inodes=400):
    """The folder of the ledger on a file system of its own."""
    folder = world.gateway.folder / "state"
    if kind == "tmpfs":
        mount("-t", "tmpfs", "-o", f"size={size},nr_inodes={inodes},mode=700", "tmpfs", folder)
    else:
        image = world.scratch.folder / "disk.img"
        with image.open("wb") as file:
            file.truncate(int(size[:-1]) * 1024 * 1024)
        subprocess.run(["mkfs.ext4", "-q", "-m", "0", "-N", str(inodes), image], check=True)
        mount("-o", "loop", image, folder)
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", folder], check=True)


def fill(folder):
    """Takes every byte that is left."""
    with contextlib.suppress(OSError), (folder / FILLER).open("wb", buffering=0) as file:
        while True:
            file.write(b"x" * 4096)


def take_inodes(folder):
    (folder / FILLER).mkdir(exist_ok=True)
    with contextlib.suppress(OSError):
        for number in range(100000):
            (folder / FILLER / str(number)).touch()


@pytest.fixture(params=["ext4", pytest.param("tmpfs", marks=pytest.mark.long)])
def disk(new_world, request):
    world = new_world(activate=False)
    with small_disk(request.param, world) as folder:
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
