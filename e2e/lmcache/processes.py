"""The programs that the tests run: nodes, a router, a broker, and LMCache's own server."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from time import monotonic, sleep

ROOT = Path(__file__).resolve().parents[2]
_START_SECONDS = 120
# However the tests end, nothing that they started is left behind.
_WITH_PARENT = ["setpriv", "--pdeathsig", "KILL"]
_LMCACHE = [sys.executable, "-m", "lmcache.cli.main"]
_GRACE_SECONDS = 40


def wait_until(condition: Callable[[], bool], what: str, seconds: float = 60) -> None:
    """Waits until a condition holds; fails with what was waited for otherwise."""
    until = monotonic() + seconds
    while not condition():
        assert monotonic() < until, f"not in {seconds:.0f} s: {what}"
        sleep(0.05)


def free_port() -> int:
    """A port that nobody listens on, for programs that take no 0."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Process:
    """A child process with its output in a file; in a session of its own, so that its children end with it."""

    def __init__(self, name: str, command: list[str], folder: Path, environment: dict[str, str] | None = None) -> None:
        self.name = name
        self.log = folder / f"{name}.log"
        # Only flags count: what the caller has set for these programs must not leak into a test.
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("KVP_")}
        with open(self.log, "ab") as log:
            self._process = subprocess.Popen(
                [*_WITH_PARENT, *command],
                stdout=log,
                stderr=log,
                env=inherited | (environment or {}),
                start_new_session=True,
            )

    def said(self) -> str:
        """What it has written so far."""
        return self.log.read_text(errors="replace")

    def await_answer(self, url: str) -> None:
        """Waits until it answers at a URL."""

        def answers() -> bool:
            self.require_alive()
            try:
                with urllib.request.urlopen(url, timeout=5):
                    return True
            except (urllib.error.URLError, OSError):
                return False

        wait_until(answers, f"{self.name} answers at {url}", _START_SECONDS)

    def require_alive(self) -> None:
        """Fails with the end of its output if it has ended."""
        assert self._process.poll() is None, f"{self.name} has ended:\n{self.said()[-4000:]}"

    def kill(self) -> None:
        """Ends it without a warning, as a power cut would."""
        self._end(signal.SIGKILL)

    def close(self) -> None:
        """Asks it to end, and makes it if it does not."""
        if self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(_GRACE_SECONDS)
            except subprocess.TimeoutExpired:
                pass
        self._end(signal.SIGKILL)

    def _end(self, how: signal.Signals) -> None:
        try:
            os.killpg(self._process.pid, how)
        except ProcessLookupError:
            pass
        self._process.wait()


class Program(Process):
    """One of the product's programs, started through bin/; it serves once it has printed its `serving` line."""

    def __init__(self, program: str, name: str, folder: Path, *flags: str) -> None:
        # Programs of a minute: the optimizing compiler would never earn its time back.
        super().__init__(
            name, [str(ROOT / "bin" / program), *flags], folder, {"KVP_JAVA_OPTS": "-XX:TieredStopAtLevel=1"}
        )
        self._earlier = self.said().count("\nserving ") + self.said().startswith("serving ")

    def addresses(self) -> dict[str, str]:
        """What its `serving` line says, once it is there: `resp`, `lm`, `http`, …"""

        def lines() -> list[str]:
            return re.findall(r"^serving (.*)$", self.said(), re.MULTILINE)

        def serves() -> bool:
            self.require_alive()
            return len(lines()) > 0

        wait_until(serves, f"{self.name} serves", _START_SECONDS)
        return dict(field.split("=", 1) for field in lines()[-1].split() if "=" in field)


class CacheNode:
    """A cache-node that can be killed and started again where it was.

    Args:
        flags: further flags of `bin/cache-node`.
    """

    def __init__(self, folder: Path, name: str, *flags: str) -> None:
        self.name = name
        self._folder = folder
        self._flags = flags
        self._starts = 0
        self._ports = {"resp": "0", "lm": "0"}
        self.resp_socket = str(folder / f"{name}-resp.sock")
        self.memory_socket = str(folder / f"{name}-memory.sock")
        self.start()

    def start(self) -> None:
        """Starts it, on the ports that it had before, and waits until it serves."""
        self._starts += 1
        self._program = Program(
            "cache-node",
            f"{self.name}-{self._starts}",
            self._folder,
            *("--node-id", self.name, "--http-port", "0"),
            *("--listen-address", "127.0.0.1", "--advertised-address", "127.0.0.1"),
            *("--resp-port", self._ports["resp"], "--lm-port", self._ports["lm"]),
            *("--resp-socket", self.resp_socket, "--memory-socket", self.memory_socket),
            *self._flags,
        )
        addresses = self._program.addresses()
        self._ports = {protocol: addresses[protocol].rsplit(":", 1)[1] for protocol in self._ports}
        self.http = addresses["http"]

    @property
    def resp_port(self) -> int:
        """Where it serves RESP, on 127.0.0.1."""
        return int(self._ports["resp"])

    def url(self, scheme: str) -> str:
        """Its address as `remote_url` of LMCache has it."""
        if scheme == "unix":
            return f"unix://{self.resp_socket}"
        return f"{scheme}://127.0.0.1:{self._ports['lm' if scheme == 'lm' else 'resp']}"

    def metric(self, name: str) -> float:
        """The sum of a metric's series."""
        with urllib.request.urlopen(f"http://{self.http}/metrics", timeout=10) as answer:
            lines = answer.read().decode().splitlines()
        values = [float(line.rsplit(" ", 1)[1]) for line in lines if re.match(rf"{name}(\{{| )", line)]
        assert values, f"the node has no metric {name}"
        return sum(values)

    def kill(self) -> None:
        """Kills it."""
        self._program.kill()

    def close(self) -> None:
        """Ends it."""
        self._program.close()


class Broker(Process):
    """An embedded Kafka broker; topics are made by who wants them."""

    def __init__(self, folder: Path) -> None:
        self.address = f"127.0.0.1:{free_port()}"
        path = f"{ROOT}/e2e/target/classes:{ROOT}/e2e/target/lib/*"
        command = [f"{os.environ['JAVA_HOME']}/bin/java", "-Xmx512m", "-XX:TieredStopAtLevel=1", "-cp", path]
        super().__init__(
            "broker", [*command, "dev.kvcachepool.e2e.broker.BrokerMain", self.address], folder
        )

        def serves() -> bool:
            self.require_alive()
            return "broker at " in self.said()

        wait_until(serves, "the broker serves", _START_SECONDS)


class LMCacheServer(Process):
    """`lmcache server`, LMCache's multiprocess server, as a process of its own without a GPU.

    Args:
        l2: its `--l2-adapter`, JSON.
        flags: further flags.
        transfer: its transfer mode: by the worker itself, or by the server, through shared memory where there is no GPU.
    """

    def __init__(self, folder: Path, name: str, l2: str, *flags: str, transfer: str = "engine_driven") -> None:
        self.rpc = f"tcp://127.0.0.1:{(port := free_port())}"
        self.http = f"http://127.0.0.1:{(http := free_port())}"
        command = [*_LMCACHE, "server", "--host", "127.0.0.1", "--port", str(port)]
        command += ["--http-host", "127.0.0.1", "--http-port", str(http), "--l1-size-gb", "0.5", "--no-l1-use-lazy"]
        command += ["--eviction-policy", "LRU", "--supported-transfer-mode", transfer, "--instance-id", name]
        super().__init__(name, [*command, "--l2-adapter", l2, *flags], folder)
        self.await_answer(f"{self.http}/healthcheck")

    def forget(self) -> None:
        """Empties its own memory, so that what is found afterwards comes from L2."""
        request = urllib.request.Request(f"{self.http}/cache/clear", method="POST")
        with urllib.request.urlopen(request, timeout=10) as answer:
            assert answer.status == 200


class LMCacheCoordinator(Process):
    """`lmcache coordinator`, at which LMCache's servers register, and which reads what is said in a topic."""

    def __init__(self, folder: Path, broker: Broker, topic: str) -> None:
        self.url = f"http://127.0.0.1:{(port := free_port())}"
        command = [*_LMCACHE, "coordinator", "--host", "127.0.0.1", "--port", str(port), "--event-transport", "kafka"]
        command += ["--kafka-bootstrap-servers", broker.address, "--kafka-topic", topic]
        super().__init__("coordinator", command, folder)
        self.await_answer(f"{self.url}/healthz")
