# SPDX-License-Identifier: MIT
"""A line between Wandle and Dovecot that breaks, refuses or hides what a story tells it to."""
import contextlib
import socket
import threading

DROP = object()


class Between:
    """
    Takes connections without TLS, as between programs of one machine, and passes on what it hears.

    told(command) is asked for each line of the client, as text: None passes it on, DROP ends both
    connections, and a text is said in place of Dovecot's answer, "TAG" for the command's own.
    hides: capabilities that Dovecot has and the client does not hear of.
    """

    def __init__(self, servers, told, hides=()):
        self._told, self._hides, self._inside = told, hides, servers.ports.imap
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._take, daemon=True).start()

    def close(self):
        self._listener.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def _take(self):
        with contextlib.suppress(OSError):
            while True:
                raw, _ = self._listener.accept()
                threading.Thread(target=self._serve, args=(raw,), daemon=True).start()

    def _serve(self, client):
        with client, socket.create_connection(("127.0.0.1", self._inside)) as server:
            lock = threading.Lock()
            threading.Thread(target=self._pass_back, args=(server, client, lock), daemon=True).start()
            with contextlib.suppress(OSError):
                self._pass_on(client, server, lock)
            for end in (client, server):
                with contextlib.suppress(OSError):
                    end.shutdown(socket.SHUT_RDWR)

    def _pass_on(self, client, server, lock):
        for line in client.makefile("rb"):
            answer = self._told(line.decode(errors="replace"))
            if answer is DROP:
                return
            if answer is None:
                server.sendall(line)
                continue
            with lock:
                client.sendall(answer.replace("TAG", line.split()[0].decode()).encode() + b"\r\n")

    def _pass_back(self, server, client, lock):
        with contextlib.suppress(OSError):
            while piece := server.recv(65536):
                for word in self._hides if b"CAPABILITY" in piece else ():
                    piece = piece.replace(b" " + word.encode(), b"")
                with lock:
                    client.sendall(piece)
            client.shutdown(socket.SHUT_RDWR)
