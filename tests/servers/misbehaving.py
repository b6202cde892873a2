# SPDX-License-Identifier: MIT
"""What the misbehaving servers share: certificates made per run, one port a scenario, a log of what was heard.

A test starts a server with one argument, its scratch directory, in which `ca.pem` is the authority to trust
and `heard.log` what every scenario heard, a line each: "scenario line". It prints "scenario port" for each
scenario, then "ready", and ends when its standard input does. Or it makes a Server of one scenario in its own
process, and changes the scenario as it goes.

What both kinds of server do on request, at a verb of theirs:

  says         {verb: lines}: said instead of doing it; TAG stands for the client's tag
  quiet_at     says nothing until the client goes away
  drip_at      a byte a second or so
  late_at      answers after two seconds
  drop_at      ends the connection before the answer
  drop_after   ends the connection once the answer is out, after a `farewell` where there is one
  then         what else it does from that drop on
  cut_at       {verb: n}: ends the connection after n bytes of the answer
  garbage_at   bytes that make no sense, then goes on
  huge_at      one line of 300 kB, then goes on
  endless_at   one line without an end
  pause        seconds before each answer
"""
import pathlib
import socket
import ssl
import subprocess
import sys
import threading
import time

EC = "-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes"
# name: authority, subject alternative names, extended key usage, days
CERTIFICATES = {
    "good": ("ca", "DNS:localhost,IP:127.0.0.1", "serverAuth", 30),
    "unknown_ca": ("other", "DNS:localhost,IP:127.0.0.1", "serverAuth", 30),
    "wrong_host": ("ca", "DNS:mail.elsewhere.test,IP:127.0.0.9", "serverAuth", 30),
    "expired": ("ca", "DNS:localhost,IP:127.0.0.1", "serverAuth", -1),
    "client_only": ("ca", "DNS:localhost,IP:127.0.0.1", "clientAuth", 30),
}


def make_certificates(folder):
    def openssl(command):
        subprocess.run(["openssl", *command.split()], cwd=folder, check=True, capture_output=True)

    for authority in ("ca", "other"):
        openssl(f"req -x509 {EC} -days 30 -subj /CN=test-{authority} -keyout {authority}.key -out {authority}.pem"
                " -addext keyUsage=critical,keyCertSign")
    for name, (authority, names, usage, days) in CERTIFICATES.items():
        (folder / f"{name}.ext").write_text(f"subjectAltName={names}\nextendedKeyUsage={usage}\n"
                                            "basicConstraints=critical,CA:FALSE\n")
        openssl(f"req -new {EC} -subj /CN=test -keyout {name}.key -out {name}.csr")
        openssl(f"x509 -req -in {name}.csr -CA {authority}.pem -CAkey {authority}.key -days {days}"
                f" -extfile {name}.ext -out {name}.pem")
    openssl(f"req -x509 {EC} -days 30 -subj /CN=localhost -keyout self_signed.key -out self_signed.pem"
            " -addext subjectAltName=DNS:localhost,IP:127.0.0.1")


class Scenario(dict):
    """What a server does, and how often it was called upon."""
    connections = 0


class Gone(Exception):
    """The client went away, or the scenario wants this connection to end."""


class Connection:
    """One client of one scenario: lines in, bytes out, TLS when the scenario says so."""

    def __init__(self, scenario, sock, world):
        self.scenario, self.sock, self.world, self.unread, self.lines = scenario, sock, world, b"", []
        self.left = None  # how many bytes may still be sent

    def start_tls(self):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        certificate = self.world.folder / self.scenario.get("certificate", "good")
        context.load_cert_chain(f"{certificate}.pem", f"{certificate}.key")
        if self.scenario.get("old_tls"):
            context.set_ciphers("DEFAULT@SECLEVEL=0")
            context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1_1
        self.sock = context.wrap_socket(self.sock, server_side=True)
        self.unread, self.lines = b"", []

    def line(self):
        while not self.lines:
            piece = self.sock.recv(65536)
            if not piece:
                raise Gone
            *lines, self.unread = (self.unread + piece).split(b"\n")
            self.lines = lines[::-1]
        text = self.lines.pop().rstrip(b"\r").decode("latin-1")
        self.world.note(self.scenario["name"], text)
        return text

    def say(self, *lines):
        self.send("".join(f"{line}\r\n" for line in lines).encode("latin-1"))

    def send(self, data):
        if self.left is not None:
            data, self.left = data[:self.left], self.left - len(data)
        self.sock.sendall(data)
        if self.left is not None and self.left <= 0:
            raise Gone

    def drip(self, data, pause=0.3):
        """A byte at a time, for as long as the client stays."""
        for byte in data:
            self.send(bytes([byte]))
            time.sleep(pause)

    def send_for_ever(self, data):
        """For as long as the client stays, whatever the scenario says by then."""
        while True:
            self.send(data)

    def silence(self):
        """Says nothing until the client goes away."""
        while self.sock.recv(65536):
            pass
        raise Gone


class Talk:
    """A conversation: the misbehaviour that both kinds of server know."""

    def __init__(self, connection):
        self.connection, self.scenario, self.tag = connection, connection.scenario, ""

    def is_at(self, what, verb):
        return self.scenario.get(what) in (verb, "everything")

    def misbehave(self, verb):
        """What comes before an answer, or in its place."""
        connection = self.connection
        time.sleep(self.scenario.get("pause", 0))
        if self.is_at("quiet_at", verb):
            connection.silence()
        if self.is_at("drip_at", verb):
            connection.drip(self.DRIP)
        if self.is_at("late_at", verb):
            time.sleep(self.scenario.get("late", 2))
        if self.is_at("drop_at", verb):
            raise Gone
        if self.is_at("garbage_at", verb):
            connection.send(b"\x00\xff\xfe%%% &&&\r\n\x16\x03\x01\r\n")
        if self.is_at("huge_at", verb):
            connection.send(self.DRIP[:5] + b"x" * 300_000 + b"\r\n")
        if self.is_at("endless_at", verb):
            connection.send_for_ever(self.DRIP[:5] + b"1" * 65536)
        connection.left = self.scenario.get("cut_at", {}).get(verb)

    def said_instead(self, verb):
        """True when the scenario has had words of its own at this verb."""
        instead = self.scenario.get("says", {}).get(verb)
        if instead is not None:
            self.connection.say(instead.replace("TAG", self.tag))
            self.answered(verb)
        return instead is not None

    def answered(self, verb):
        if self.is_at("drop_after", verb):
            self.scenario.update(self.scenario.get("then", {}))
            if farewell := self.scenario.get("farewell"):
                self.connection.say(farewell)
            raise Gone


class World:
    """Scenarios, each on a port of its own."""

    def __init__(self, folder, scenarios, serve):
        self.folder, self.serve, self.ports = pathlib.Path(folder), serve, {}
        self.log, self.lock = open(self.folder / "heard.log", "a", buffering=1), threading.Lock()
        make_certificates(self.folder)
        for name, options in scenarios.items():
            self.open(name, options)

    def open(self, name, options, port=0):
        """The scenario that is served, to be changed as one likes."""
        scenario = options if isinstance(options, Scenario) else Scenario(options)
        scenario["name"] = name
        listener = socket.create_server(("127.0.0.1", port), backlog=64)
        threading.Thread(target=self.accept, args=(scenario, listener), daemon=True).start()
        self.ports[name] = listener.getsockname()[1]
        return scenario

    def note(self, name, text):
        text = "".join(char if char.isprintable() else "?" for char in text)
        with self.lock:
            self.log.write(f"{name} {text}\n")

    def accept(self, scenario, listener):
        while True:
            sock, _ = listener.accept()
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            scenario.connections += 1
            self.note(scenario["name"], "(connected)")
            threading.Thread(target=self.talk, args=(scenario, sock), daemon=True).start()

    def talk(self, scenario, sock):
        connection = Connection(scenario, sock, self)
        try:
            if scenario.get("tls", "implicit") == "implicit":
                connection.start_tls()
            self.serve(connection)
        except (Gone, OSError):
            pass
        finally:
            connection.sock.close()


def run(scenarios, serve):
    world = World(sys.argv[1], scenarios, serve)
    for name, port in world.ports.items():
        print(name, port)
    print("ready", 0, flush=True)
    sys.stdin.read()
