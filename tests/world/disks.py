# SPDX-License-Identifier: MIT
"""Small file systems of a test's own, to be filled up. Mounting needs root, as Postfix does."""
import contextlib
import os
import subprocess

FILLER = "filler"


def mount(*arguments):
    """Where it is not possible the test fails, and is not left out."""
    subprocess.run(["mount", *arguments], check=True, capture_output=True)


@contextlib.contextmanager
def small_disk(kind, folder, image, size="24M", inodes=400):
    """The folder on a file system of its own: tmpfs, or ext4 in the file `image`."""
    if kind == "tmpfs":
        mount("-t", "tmpfs", "-o", f"size={size},nr_inodes={inodes},mode=700", "tmpfs", folder)
    else:
        with image.open("wb") as file:
            file.truncate(int(size[:-1]) * 1024 * 1024)
        subprocess.run(["mkfs.ext4", "-q", "-b", "4096", "-m", "0", "-N", str(inodes), image], check=True)
        mount("-o", "loop", image, folder)
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", folder], check=True)


@contextlib.contextmanager
def laid_over(folder, place):
    """What is in the folder is what `place` holds meanwhile."""
    mount("--bind", folder, place)
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", place], check=True)


def _fill(file):
    """False: there was no room at all."""
    before = file.tell()
    with contextlib.suppress(OSError):
        while True:
            file.write(b"x" * 4096)
    return file.tell() > before


def fill(folder):
    """Takes every byte that is left; also what a file system gives back once it has placed the rest."""
    with (folder / FILLER).open("wb", buffering=0) as file:
        while _fill(file):
            os.fsync(file.fileno())


def take_inodes(folder):
    (folder / FILLER).mkdir(exist_ok=True)
    with contextlib.suppress(OSError):
        for number in range(100000):
            (folder / FILLER / str(number)).touch()
