"""Mooncake's Store over TCP beside a cache-node, both through their Python clients: `make bench-mooncake`.

Values of 2 MiB, one after another and in batches of 16, into and out of memory that the client has registered with its store. Batches
go to a cache-node as its adapters for engines send them, by a few threads. Mooncake:
its master, a process that gives the segment that values lie in, and a client without a segment of its own, so that each value
crosses between two processes, as a cache-node's does. Each round measures each row once; what is read is compared with what was
stored.
"""

from __future__ import annotations

import argparse
import ctypes
import json
import mmap
import os
import random
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

os.environ.setdefault("GLOG_minloglevel", "3")

from mooncake.store import MooncakeDistributedStore

from kvcachepool import Client, Node, NodeSettings

ROOT = Path(__file__).resolve().parents[2]
BYTES = 2 << 20
VALUES = 64
BATCH = 16
TARGET = 4.0
SEGMENT = 1 << 30


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Buffers:
    """What is stored, and where it is read to: mapped memory, touched once."""

    def __init__(self) -> None:
        self.source = mmap.mmap(-1, VALUES * BYTES)
        self.place = mmap.mmap(-1, VALUES * BYTES)
        dice = random.Random(1)
        for at in range(VALUES):
            self.source[at * BYTES : (at + 1) * BYTES] = dice.randbytes(BYTES)
        self.clear()

    def clear(self) -> None:
        self.place[:] = bytes(VALUES * BYTES)

    def views(self, memory: mmap.mmap) -> list[memoryview]:
        whole = memoryview(memory)
        return [whole[at * BYTES : (at + 1) * BYTES] for at in range(VALUES)]

    @staticmethod
    def address(memory: mmap.mmap) -> int:
        return ctypes.addressof(ctypes.c_char.from_buffer(memory))

    def require_equal(self, name: str) -> None:
        if memoryview(self.source) != memoryview(self.place):
            raise SystemExit(f"{name}: other bytes came back than were stored")


def mooncake(host: str, ports: dict[str, int], segment: int) -> MooncakeDistributedStore:
    store = MooncakeDistributedStore()
    metadata = f"http://127.0.0.1:{ports['metadata']}/metadata"
    if store.setup(host, metadata, segment, 256 << 20, "tcp", "", f"127.0.0.1:{ports['master']}") != 0:
        raise SystemExit("Mooncake's client can't be set up")
    return store


class MooncakeRow:
    name = "Mooncake Store, TCP"

    def __init__(self, ports: dict[str, int], buffers: Buffers) -> None:
        self.store = mooncake("127.0.0.1", ports, 0)
        self.source, self.place = buffers.address(buffers.source), buffers.address(buffers.place)
        for address in (self.source, self.place):
            if self.store.register_buffer(address, VALUES * BYTES) != 0:
                raise SystemExit("Mooncake's client registers no memory")
        self.round = 0

    def put(self) -> None:
        self.round += 1
        for at in range(VALUES):
            if self.store.put_from(f"{self.round}/{at}", self.source + at * BYTES, BYTES) != 0:
                raise SystemExit("Mooncake refused a value")

    def get(self) -> None:
        for at in range(VALUES):
            if self.store.get_into(f"{self.round}/{at}", self.place + at * BYTES, BYTES) != BYTES:
                raise SystemExit("Mooncake lost a value")

    def tidy(self) -> None:
        # A value that was read is leased for some seconds: forced, as room for the next rounds is all that is wanted here.
        for at in range(VALUES):
            self.store.remove(f"{self.round}/{at}", True)

    def close(self) -> None:
        self.store.close()


class MooncakeBatches(MooncakeRow):
    name = "Mooncake Store, TCP, batches"

    def put(self) -> None:
        self.round += 1
        for first in range(0, VALUES, BATCH):
            if any(self.store.batch_put_from(*self.batch(self.source, first))):
                raise SystemExit("Mooncake refused a value")

    def get(self) -> None:
        for first in range(0, VALUES, BATCH):
            if self.store.batch_get_into(*self.batch(self.place, first)) != [BYTES] * BATCH:
                raise SystemExit("Mooncake lost a value")

    def batch(self, memory: int, first: int) -> tuple[list[str], list[int], list[int]]:
        run = range(first, first + BATCH)
        return [f"{self.round}/{at}" for at in run], [memory + at * BYTES for at in run], [BYTES] * BATCH


class NodeRow:
    def __init__(self, name: str, node: Node, buffers: Buffers) -> None:
        self.name, self.node = name, node
        self.sources = [[view] for view in buffers.views(buffers.source)]
        self.places = [[view] for view in buffers.views(buffers.place)]
        self.keys = [b"mooncake@01000100@0@%064x" % (VALUES + at) for at in range(VALUES)]

    def put(self) -> None:
        for first in range(0, VALUES, BATCH):
            run = slice(first, first + BATCH)
            if not all(self.node.store(self.keys[run], self.sources[run])):
                raise SystemExit(f"{self.name} refused a value")

    def get(self) -> None:
        for first in range(0, VALUES, BATCH):
            run = slice(first, first + BATCH)
            if not all(self.node.load(self.keys[run], self.places[run])):
                raise SystemExit(f"{self.name} lost a value")

    def tidy(self) -> None:
        pass

    def close(self) -> None:
        self.node.close()


class ClientRow:
    def __init__(self, name: str, client: Client, buffers: Buffers) -> None:
        self.name, self.client = name, client
        self.sources, self.places = buffers.views(buffers.source), buffers.views(buffers.place)
        self.keys = [b"mooncake@01000100@0@%064x" % at for at in range(VALUES)]

    def put(self) -> None:
        for key, source in zip(self.keys, self.sources, strict=True):
            self.client.set(key, source)

    def get(self) -> None:
        for key, place in zip(self.keys, self.places, strict=True):
            if self.client.shares_memory:
                lease = self.client.lease(key)
                if lease is None:
                    raise SystemExit(f"{self.name} lost a value")
                with lease:
                    lease.copy_to(place)
            elif self.client.get_into(key, place) != BYTES:
                raise SystemExit(f"{self.name} lost a value")

    def tidy(self) -> None:
        pass

    def close(self) -> None:
        self.client.close()


Row = MooncakeRow | ClientRow | NodeRow


def start(command: list[str], port: int, folder: Path) -> subprocess.Popen[bytes]:
    log = folder / f"{Path(command[0]).name}-{port}.log"
    with open(log, "wb") as output:
        process = subprocess.Popen(command, stdout=output, stderr=output)
    until = time.monotonic() + 60
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return process
        except OSError:
            if process.poll() is not None or time.monotonic() > until:
                raise SystemExit(f"{command[0]} does not start:\n{log.read_text()[-2000:]}") from None
            time.sleep(0.1)


def segment(ports: dict[str, int]) -> None:
    """The process that values lie in: says so and waits for its end."""
    store = mooncake("127.0.0.1", ports, SEGMENT)
    print("ready", flush=True)
    sys.stdin.read()
    store.close()


def measure(row: Row, buffers: Buffers, speeds: dict[str, list[float]]) -> None:
    buffers.clear()
    began = time.perf_counter()
    row.put()
    put = time.perf_counter() - began
    began = time.perf_counter()
    row.get()
    get = time.perf_counter() - began
    buffers.require_equal(row.name)
    row.tidy()
    speeds["put"].append(VALUES * BYTES / put / 1e9)
    speeds["get"].append(VALUES * BYTES / get / 1e9)


def run(folder: Path, rounds: int) -> dict[str, dict[str, list[float]]]:
    ports = {name: free_port() for name in ("master", "metadata", "resp")}
    node = [str(ROOT / "bin/cache-node"), "--resp-port", str(ports["resp"]), "--http-port", "0", "--host-size", "1Gi"]
    node += ["--listen-address", "127.0.0.1", "--advertised-address", "127.0.0.1", "--node-id", "bench"]
    node += ["--resp-socket", f"{folder}/resp.sock", "--memory-socket", f"{folder}/memory.sock"]
    master = [str(Path(sys.executable).parent / "mooncake_master"), "--rpc_port", str(ports["master"])]
    master += ["--enable_http_metadata_server=true", "--http_metadata_server_port", str(ports["metadata"])]
    master += ["--metrics_port", str(free_port())]
    processes = []
    rows: list[Row] = []
    try:
        processes.append(start(node, ports["resp"], folder))
        processes.append(start(master, ports["master"], folder))
        with open(folder / "segment.log", "wb") as log:
            command = [sys.executable, __file__, "--segment", json.dumps(ports)]
            holder = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log)
        processes.append(holder)
        while (line := holder.stdout.readline()) != b"ready\n":
            if not line:
                raise SystemExit(f"Mooncake's segment does not start:\n{(folder / 'segment.log').read_text()[-2000:]}")
        buffers = Buffers()
        tcp = f"redis://127.0.0.1:{ports['resp']}"
        shared = {"url": f"{folder}/resp.sock", "memory_socket": f"{folder}/memory.sock"}
        rows += [
            MooncakeRow(ports, buffers),
            ClientRow("cache-node, TCP", Client(tcp), buffers),
            ClientRow("cache-node, Unix socket", Client(f"{folder}/resp.sock"), buffers),
            ClientRow("cache-node, shared memory", Client(f"{folder}/resp.sock", f"{folder}/memory.sock"), buffers),
            MooncakeBatches(ports, buffers),
            NodeRow("cache-node, TCP, batches", Node(NodeSettings.read({"url": tcp})), buffers),
            NodeRow("cache-node, shared memory, batches", Node(NodeSettings.read(shared)), buffers),
        ]
        speeds: dict[str, dict[str, list[float]]] = {row.name: {"put": [], "get": []} for row in rows}
        for row in rows:
            measure(row, buffers, {"put": [], "get": []})
        for at in range(rounds):
            for row in rows[at % len(rows) :] + rows[: at % len(rows)]:
                measure(row, buffers, speeds[row.name])
        return speeds
    finally:
        for row in rows:
            row.close()
        for process in processes:
            process.terminate()
        for process in processes:
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--json", type=Path, default=ROOT / "target/bench/mooncake.json")
    parser.add_argument("--segment", type=json.loads, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.segment:
        segment(options.segment)
        return
    with tempfile.TemporaryDirectory(prefix="kvp-mc-") as name:
        speeds = run(Path(name), options.rounds)
    medians = {name: {way: statistics.median(values) for way, values in ways.items()} for name, ways in speeds.items()}
    bases = {name: medians[(MooncakeBatches if "batches" in name else MooncakeRow).name] for name in medians}
    options.json.parent.mkdir(parents=True, exist_ok=True)
    report = {"bytes": BYTES, "values": VALUES, "rounds": options.rounds, "processors": os.cpu_count()}
    report |= {"medians_gb_per_s": medians, "rounds_gb_per_s": speeds, "target": TARGET}
    options.json.write_text(json.dumps(report, indent=2) + "\n")
    print(f"\n2 MiB, medians of {options.rounds} rounds, GB/s and x Mooncake's (target {TARGET:.0f} x)\n")
    print(f"| {'':34} |         PUT |         GET |\n|{'-' * 36}|------------:|------------:|")
    for name, ways in medians.items():
        cells = [f"{ways[way]:5.2f} ({ways[way] / bases[name][way]:.1f}x)" for way in ("put", "get")]
        print(f"| {name:34} | {cells[0]:>11} | {cells[1]:>11} |")
    print(options.json)


if __name__ == "__main__":
    main()
