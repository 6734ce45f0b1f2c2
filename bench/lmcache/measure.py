"""LMCache's own server and clients beside a cache-node: `make bench-lmcache`.

Values of 32 MiB, as a chunk of 256 tokens of an 8B model has. Each round measures each row once, one after another, so that
whatever else the machine does meets all alike; what is read is compared with what was stored. Rows:

- lm: LMCache's server and a cache-node's `--lm-port`, both through LMCache's own connector (`lm://`). It has no answer to a PUT:
  the time is taken until an EXIST that follows on the same connection is answered.
- l2: a cache-node through LMCache's L2 interface, a task of eight chunks: its native C++ client (`resp`), and the plugin of
  clients/python over TCP and over shared memory.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import select
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("LMCACHE_LOG_LEVEL", "ERROR")
os.environ.setdefault("LMCACHE_TRACK_USAGE", "false")

import torch
from lmcache.utils import CacheEngineKey
from lmcache.v1.config import LMCacheEngineConfig
from lmcache.v1.distributed.api import ObjectKey
from lmcache.v1.distributed.l2_adapters import plugin_l2_adapter, resp_l2_adapter  # noqa: F401
from lmcache.v1.distributed.l2_adapters.config import get_l2_adapter_config_class
from lmcache.v1.distributed.l2_adapters.factory import create_l2_adapter_from_registry
from lmcache.v1.memory_allocators.ad_hoc_memory_allocator import AdHocMemoryAllocator
from lmcache.v1.memory_management import MemoryFormat
from lmcache.v1.metadata import LMCacheMetadata
from lmcache.v1.storage_backend.connector.lm_connector import LMCServerConnector

ROOT = Path(__file__).resolve().parents[2]
SHAPE = torch.Size([2, 32, 256, 1024])
BYTES = 2 * SHAPE.numel()
BATCH = 8
TARGET = 2.0
allocator = AdHocMemoryAllocator("cpu")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def memory(seed: int | None) -> object:
    """A chunk, filled if a seed is given."""
    item = allocator.allocate(SHAPE, torch.bfloat16, MemoryFormat.KV_2LTD)
    if seed is not None:
        generator = torch.Generator().manual_seed(seed)
        content = torch.randint(0, 256, (BYTES,), dtype=torch.uint8, generator=generator)
        memoryview(item.byte_array).cast("B")[:] = memoryview(content.numpy())
    return item


def require_equal(got: object, expected: object, what: str) -> None:
    if bytes(got.byte_array) != bytes(expected.byte_array):
        raise SystemExit(f"{what}: other bytes came back than were stored")


class Server:
    """A process that listens; ended when it is closed."""

    def __init__(self, name: str, command: list[str], port: int, folder: Path) -> None:
        self.name = name
        self.log = folder / f"{name}.log"
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen(command, stdout=log, stderr=log)
        until = time.monotonic() + 120
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                return
            except OSError:
                if self.process.poll() is not None or time.monotonic() > until:
                    raise SystemExit(f"{name} does not start:\n{self.log.read_text()[-2000:]}") from None
                time.sleep(0.1)

    def close(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


class Allocations:
    """Stands in for LMCache's own CPU backend, which the connector asks for memory: like that, gives what is mapped already."""

    def __init__(self, place: object) -> None:
        self.place = place
        self.config = LMCacheEngineConfig.from_defaults(chunk_size=256)
        self.metadata = LMCacheMetadata("bench", 1, 1, 0, 0, torch.bfloat16, (32, 2, 256, 8, 128))

    def allocate(self, shape: torch.Size, dtype: torch.dtype, fmt: MemoryFormat) -> object:
        return self.place


class LmRow:
    """LMCache's connector to a server that speaks `lm://`."""

    batch = 1

    def __init__(self, name: str, port: int, place: object) -> None:
        self.name = name
        self.loop = asyncio.new_event_loop()
        threading.Thread(target=self.loop.run_forever, daemon=True).start()
        self.connector = LMCServerConnector("127.0.0.1", port, self.loop, Allocations(place))

    @staticmethod
    def key(number: int) -> CacheEngineKey:
        return CacheEngineKey("bench", 1, 0, number + 1, torch.bfloat16)

    def run(self, task: object) -> object:
        return asyncio.run_coroutine_threadsafe(task, self.loop).result(120)

    def put(self, numbers: list[int], items: list[object]) -> None:
        for number, item in zip(numbers, items, strict=True):
            self.run(self.connector.put(self.key(number), item))
            if not self.run(self.connector.exists(self.key(number))):
                raise SystemExit(f"{self.name}: what was put is not there")

    def get(self, numbers: list[int], places: list[object]) -> list[object]:
        return [self.run(self.connector.get(self.key(number))) for number in numbers]


class L2Row:
    """An L2 adapter, made by LMCache's own factory from the JSON that a user writes."""

    batch = BATCH

    def __init__(self, name: str, settings: dict[str, object]) -> None:
        self.name = name
        config = get_l2_adapter_config_class(str(settings["type"])).from_dict(settings)
        self.adapter = create_l2_adapter_from_registry(config)

    @staticmethod
    def key(number: int) -> ObjectKey:
        return ObjectKey(number.to_bytes(32, "big"), "bench", 0x01000100)

    @staticmethod
    def wait(descriptor: int, ask: Callable[[], object]) -> object:
        poller = select.poll()
        poller.register(descriptor, select.POLLIN)
        until = time.monotonic() + 120
        while time.monotonic() < until:
            if poller.poll(1000):
                os.eventfd_read(descriptor)
                if (outcome := ask()) is not None:
                    return outcome
        raise SystemExit("a task did not end in two minutes")

    def put(self, numbers: list[int], items: list[object]) -> None:
        task = self.adapter.submit_store_task([self.key(number) for number in numbers], items)
        result = self.wait(self.adapter.get_store_event_fd(), lambda: self.adapter.pop_completed_store_tasks().get(task))
        if not result.is_successful():
            raise SystemExit(f"{self.name}: a store failed")

    def get(self, numbers: list[int], places: list[object]) -> list[object]:
        task = self.adapter.submit_load_task([self.key(number) for number in numbers], places)
        found = self.wait(self.adapter.get_load_event_fd(), lambda: self.adapter.query_load_result(task))
        return [place if found.test(at) else None for at, place in enumerate(places)]


def measure(row: LmRow | L2Row, contents: list[object], places: list[object], speeds: dict[str, list[float]]) -> None:
    """One PUT and one GET of a row's batch, in GB/s."""
    numbers = list(range(row.batch))
    began = time.perf_counter()
    row.put(numbers, contents[: row.batch])
    put = time.perf_counter() - began
    began = time.perf_counter()
    got = row.get(numbers, places[: row.batch])
    get = time.perf_counter() - began
    for number, item in zip(numbers, got, strict=True):
        if item is None:
            raise SystemExit(f"{row.name}: a value is not there")
        require_equal(item, contents[number], row.name)
    speeds["put"].append(row.batch * BYTES / put / 1e9)
    speeds["get"].append(row.batch * BYTES / get / 1e9)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--host-size", default="2Gi", help="of the cache-node's memory")
    parser.add_argument("--json", type=Path, default=ROOT / "target/bench/lmcache.json")
    options = parser.parse_args()
    contents = [memory(seed) for seed in range(BATCH)]
    places = [memory(None) for _ in range(BATCH)]
    with tempfile.TemporaryDirectory(prefix="kvp-lm-") as name:
        speeds = run(Path(name), options, contents, places)
    write(options, speeds)


def run(folder: Path, options: argparse.Namespace, contents: list[object], places: list[object]) -> dict:
    theirs, lm, resp = free_port(), free_port(), free_port()
    sockets = {"url": f"unix://{folder}/resp.sock", "memory_socket": f"{folder}/memory.sock"}
    node = ["--lm-port", str(lm), "--resp-port", str(resp), "--http-port", "0", "--listen-address", "127.0.0.1"]
    node += ["--advertised-address", "127.0.0.1", "--node-id", "bench", "--host-size", options.host_size]
    node += ["--resp-socket", f"{folder}/resp.sock", "--memory-socket", sockets["memory_socket"]]
    servers = [Server("cache-node", [str(ROOT / "bin/cache-node"), *node], resp, folder)]
    try:
        command = [sys.executable, "-m", "lmcache.v1.server", "127.0.0.1", str(theirs)]
        servers.append(Server("lmcache-server", command, theirs, folder))
        plugin = {"type": "plugin", "module_path": "kvcachepool.lmcache", "class_name": "KVCachePoolL2Adapter"}
        rows = [
            LmRow("lm: LMCache's server", theirs, places[0]),
            LmRow("lm: cache-node", lm, places[0]),
            L2Row("l2: resp, cache-node", {"type": "resp", "host": "127.0.0.1", "port": resp}),
            L2Row("l2: plugin over TCP, cache-node", plugin | {"adapter_params": {"url": f"redis://127.0.0.1:{resp}"}}),
            L2Row("l2: plugin, shared memory, cache-node", plugin | {"adapter_params": sockets}),
        ]
        speeds = {row.name: {"put": [], "get": []} for row in rows}
        for row in rows:
            measure(row, contents, places, {"put": [], "get": []})
        for at in range(options.rounds):
            for row in rows[at % len(rows) :] + rows[: at % len(rows)]:
                measure(row, contents, places, speeds[row.name])
        return speeds
    finally:
        for server in servers:
            server.close()


def write(options: argparse.Namespace, speeds: dict) -> None:
    medians = {name: {way: statistics.median(values) for way, values in ways.items()} for name, ways in speeds.items()}
    base, ours = medians["lm: LMCache's server"], medians["lm: cache-node"]
    ratios = {way: ours[way] / base[way] for way in ("put", "get")}
    options.json.parent.mkdir(parents=True, exist_ok=True)
    options.json.write_text(
        json.dumps(
            {
                "bytes": BYTES,
                "rounds": options.rounds,
                "processors": os.cpu_count(),
                "medians_gb_per_s": medians,
                "rounds_gb_per_s": speeds,
                "cache_node_over_lmcache_server": ratios,
                "target": TARGET,
            },
            indent=2,
        )
        + "\n"
    )
    print(f"\n32 MiB, medians of {options.rounds} rounds, GB/s\n")
    print(f"| {'':40} |  PUT |  GET |\n|{'-' * 42}|-----:|-----:|")
    for name, ways in medians.items():
        print(f"| {name:40} | {ways['put']:4.2f} | {ways['get']:4.2f} |")
    for way, ratio in ratios.items():
        verdict = "met" if ratio >= TARGET else "missed"
        print(f"{way.upper()}: cache-node {ratio:.2f} x LMCache's server over lm://, target {TARGET:.0f} x: {verdict}")
    print(options.json)


if __name__ == "__main__":
    main()
