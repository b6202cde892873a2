# SPDX-License-Identifier: MIT
"""A folder that ends, with every process noted in it, at the latest when this process does."""
import contextlib
import os
import pathlib
import signal
import socket
import subprocess
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
REPOSITORY = HERE.parent.parent
ENDER = HERE / "end-world"
# Waits for the end of its standard input, however we die, unless it is told to leave all as it is.
GUARD = 'read -r word; [ "$word" = leave ] || exec "$0" "$@"'


def until(condition, what="the condition", seconds=60.0):
    """The first true value of the condition; waits on it and never for a time."""
    end = time.monotonic() + seconds
    while not (value := condition()):
        if time.monotonic() > end:
            raise TimeoutError(f"{what}: not within {seconds} s")
        time.sleep(0.02)
    return value


def listens(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


class Scratch:
    """
    The folder is made in /tmp, whatever TMPDIR says: Dovecot's and gpg-agent's socket paths must
    fit into 107 bytes. Servers drop their rights and must still come through, hence mode 711.
    """

    def __init__(self, prefix, keep=False):
        where = os.environ.get("WORLD_FOLDER", "/tmp")
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix=prefix, dir=where))
        self.folder.chmod(0o711)
        self.pids = self.folder / "pids"
        self.pids.mkdir()
        self.keep = keep or "WORLD_KEEP" in os.environ
        arguments = [self.folder] if self.keep else [self.folder, "remove"]
        self._guard = subprocess.Popen(["sh", "-c", GUARD, ENDER, *arguments],
            stdin=subprocess.PIPE, start_new_session=True)

    def start(self, argv, log="servers.log", **how):
        """
        Starts a process in a session of its own, noted so that it cannot outlive the folder. What
        it prints goes into a file there: a server that is left running holds no pipe of ours.
        """
        with (self.folder / log).open("ab") as said:
            process = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=said, stderr=said,
                start_new_session=True, **how)
        (self.pids / str(process.pid)).touch()
        return process

    def end(self, process, how=signal.SIGTERM, seconds=60):
        """Ends a process and then whatever is left of its group; gives its exit status."""
        process.send_signal(how)
        try:
            status = process.wait(seconds)
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
        (self.pids / str(process.pid)).unlink(missing_ok=True)
        return status

    def close(self):
        self._guard.communicate()

    def leave(self):
        """Leaves processes and folder as they are, after our own end too."""
        self._guard.communicate(b"leave\n")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


class Ports:
    """
    A block of free ports below the ephemeral range, where no outgoing connection takes one away
    between our look and the server's bind. The first stays bound: it is the lock on the block.
    """
    BLOCK = 10

    def __init__(self, *names):
        for base in range(20000, 32000, self.BLOCK):
            self._lock = socket.socket()
            with contextlib.suppress(OSError), contextlib.ExitStack() as probes:
                self._lock.bind(("127.0.0.1", base))
                for number, name in enumerate(names, base + 1):
                    probes.enter_context(socket.create_server(("127.0.0.1", number)))
                    setattr(self, name, number)
                return
            self._lock.close()
        raise RuntimeError("no free block of ports on 127.0.0.1")

    def close(self):
        self._lock.close()
