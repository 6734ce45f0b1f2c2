"""Nodes that tests start, kill and start again, and what stands in for one that misbehaves."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import threading
from pathlib import Path
from time import monotonic, sleep

from kvcachepool import Client, ConnectionLost, NodeSettings, Refused
from kvcachepool._address import Address

_START_SECONDS = 60


class NodeProcess:
    """A cache-node of a test's own."""

    def __init__(self, folder: Path, *flags: str) -> None:
        self.resp_socket = str(folder / "resp.sock")
        self.memory_socket = str(folder / "memory.sock")
        self._log = folder / "log"
        self._flags = flags
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Starts it and waits until it answers."""
        command = [os.environ["KVP_CACHE_NODE"], "--resp-port", "0", "--http-port", "0", "--node-id", "python-own"]
        command += ["--listen-address", "127.0.0.1", "--advertised-address", "127.0.0.1"]
        command += ["--resp-socket", self.resp_socket, "--memory-socket", self.memory_socket, *self._flags]
        with open(self._log, "ab") as log:
            self._process = subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True)
        until = monotonic() + _START_SECONDS
        while not self._answers():
            assert monotonic() < until and self._process.poll() is None, self._log.read_text()
            sleep(0.02)

    def _answers(self) -> bool:
        try:
            Client(self.resp_socket).close()
        except ConnectionLost:
            return False
        except Refused:
            return True  # it wants to know who asks
        return True

    def kill(self) -> None:
        """Kills it without a warning."""
        if self._process is not None:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            self._process = None

    def settings(self, **others: object) -> NodeSettings:
        """How to reach it."""
        return NodeSettings.read({"url": f"unix://{self.resp_socket}", "memory_socket": self.memory_socket, **others})


class DeafServer:
    """Stands in for a node that stalls: takes connections and answers what it was told to, once, then nothing.

    Args:
        pace: bytes that it reads each twentieth of a second, of each connection.
    """

    def __init__(self, path: Path, *answers: bytes, pace: int = 0) -> None:
        self.address = Address(str(path))
        self._answers = answers
        self._pace = pace
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._socket.bind(str(path))
        self._socket.listen()
        self._connections: list[socket.socket] = []
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            self._connections.append(connection)
            for answer in self._answers:
                connection.sendall(answer)
            if self._pace:
                threading.Thread(target=self._read, args=(connection,), daemon=True).start()

    def _read(self, connection: socket.socket) -> None:
        try:
            while connection.recv(self._pace):
                sleep(0.05)
        except OSError:
            return

    @property
    def accepted(self) -> int:
        """Connections that there were."""
        return len(self._connections)

    def close(self) -> None:
        """Ends it and its connections."""
        self._socket.close()
        for connection in self._connections:
            connection.close()


def wait_until(condition: object, what: str, seconds: float = 30) -> None:
    """Waits until a callable says true."""
    assert callable(condition)
    until = monotonic() + seconds
    while not condition():
        assert monotonic() < until, what
        sleep(0.01)
