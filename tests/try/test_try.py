# SPDX-License-Identifier: MIT
"""packaging/try, as somebody who has just cloned the repository runs it."""
import os
import pathlib
import re
import subprocess

from world.form import fill
from world.scratch import ENDER, REPOSITORY, listens
from world.telling import a_child


def run_try(*arguments):
    return subprocess.run([REPOSITORY / "packaging/try", *arguments], capture_output=True,
        text=True, timeout=600, stdin=subprocess.DEVNULL)


def folder_of(said):
    return pathlib.Path(re.search(r"Everything is in (/\S+)", said)[1])


def running_in(folder):
    listed = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True).stdout
    return [line for line in listed.splitlines() if str(folder) in line]


def test_it_tells_the_story_and_leaves_nothing_running():
    done = run_try()
    assert done.returncode == 0, done.stdout + done.stderr
    folder = folder_of(done.stdout)
    try:
        assert "Secure referral W" in done.stdout
        assert (folder / "gateway/wandle.yaml").exists()
        assert running_in(folder) == []
    finally:
        subprocess.run([ENDER, folder, "remove"], check=True)


def test_kept_it_takes_another_form_and_can_be_stopped():
    done = run_try("--keep")
    folder = folder_of(done.stdout)
    try:
        assert done.returncode == 0, done.stdout + done.stderr
        port = int(re.search(r"imaps://localhost:(\d+)", done.stdout)[1])
        assert listens(port)
        blank = subprocess.run([folder / "wandle", "form", "blank"], check=True,
            capture_output=True, text=True).stdout
        form = fill(blank, {"Level of need": "3"}, [a_child(6)])
        sent = subprocess.run([folder / "send"], input=form, check=True, capture_output=True,
            text=True).stdout
        assert re.search(r"Secure referral W\S+: sorted", sent)
        assert re.search(r"merton-mash +sent", sent) and "ask to pc-okafor: sent" in sent
        mash = subprocess.run([folder / "read", "merton-mash"], check=True, capture_output=True,
            text=True).stdout
        assert mash.count("This is a safeguarding referral") == 2
        subprocess.run([folder / "stop"], check=True)
        assert not listens(port)
        assert running_in(folder) == []
    finally:
        subprocess.run([ENDER, folder, "remove"], check=True)
        assert not os.path.exists(folder)
