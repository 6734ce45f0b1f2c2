"""Publishes KV events as vLLM does, told what by lines of JSON on standard input; answers each line with one of its own.

{"encoding": "maps"|"arrays"|"batch-map", "events": [{"type": "BlockStored", …}, …], "how": "publish"|"miss"|"forget"}

`publish` says it and keeps it for those who ask; `miss` only keeps it, as if the network had lost it; `forget` empties what is
kept. Hashes are given as hex and sent as bytes. The first line that is written says the ports.
"""

import json
import struct
import sys
import threading
from collections import deque
from typing import Any

import msgspec
import zmq

KEPT = 10_000
END = (-1).to_bytes(8, "big", signed=True)


class Event(msgspec.Struct, omit_defaults=True, tag=True):
    """As vLLM's classes are since June 2026: maps that are tagged with `type`."""


class BlockStored(Event):
    block_hashes: list[bytes]
    parent_block_hash: bytes | None
    token_ids: list[int]
    block_size: int
    lora_id: int | None = None
    medium: str | None = "GPU"
    lora_name: str | None = None
    extra_keys: list[list[Any] | None] | None = None
    group_idx: int | None = None
    kv_cache_spec_kind: str | None = None


class BlockRemoved(Event):
    block_hashes: list[bytes]
    medium: str | None = "GPU"
    group_idx: int | None = None


class AllBlocksCleared(Event):
    pass


class ArrayEvent(msgspec.Struct, array_like=True, omit_defaults=True, tag=True):
    """As they were before: arrays that begin with the tag."""


ARRAYS = {
    kind.__name__: msgspec.defstruct(
        kind.__name__,
        [(f.name, f.type, f.default) if f.default is not msgspec.NODEFAULT else (f.name, f.type)
         for f in msgspec.structs.fields(kind)],
        bases=(ArrayEvent,),
        tag=kind.__name__,
    )
    for kind in (BlockStored, BlockRemoved, AllBlocksCleared)
}
MAPS = {kind.__name__: kind for kind in (BlockStored, BlockRemoved, AllBlocksCleared)}


class Batch(msgspec.Struct, array_like=True, omit_defaults=True):
    ts: float
    events: list[Any]
    data_parallel_rank: int | None = None


class MapBatch(msgspec.Struct, omit_defaults=True, tag="KVEventBatch"):
    ts: float
    events: list[Any]
    data_parallel_rank: int | None = None


def event(fields: dict[str, Any], kinds: dict[str, Any]) -> Any:
    values = dict(fields)
    kind = kinds[values.pop("type")]
    if "block_hashes" in values:
        values["block_hashes"] = [bytes.fromhex(h) for h in values["block_hashes"]]
    if values.get("parent_block_hash") is not None:
        values["parent_block_hash"] = bytes.fromhex(values["parent_block_hash"])
    return kind(**values)


def encode(order: dict[str, Any]) -> bytes:
    kinds = ARRAYS if order["encoding"] == "arrays" else MAPS
    batch = MapBatch if order["encoding"] == "batch-map" else Batch
    events = [event(fields, kinds) for fields in order["events"]]
    return msgspec.msgpack.encode(batch(ts=1.5, events=events, data_parallel_rank=0))


class Publisher:
    def __init__(self, port: int, replay_port: int) -> None:
        context = zmq.Context.instance()
        self.events = context.socket(zmq.PUB)
        self.port = self.bind(self.events, port)
        self.replay = context.socket(zmq.ROUTER)
        self.replay_port = self.bind(self.replay, replay_port)
        self.kept: deque[tuple[int, bytes]] = deque(maxlen=KEPT)
        self.lock = threading.Lock()
        self.sequence = 0
        threading.Thread(target=self.answer, daemon=True).start()

    @staticmethod
    def bind(socket: zmq.Socket, port: int) -> int:
        socket.setsockopt(zmq.LINGER, 0)
        if port:
            socket.bind(f"tcp://127.0.0.1:{port}")
            return port
        return socket.bind_to_random_port("tcp://127.0.0.1")

    def take(self, order: dict[str, Any]) -> None:
        with self.lock:
            if order["how"] == "forget":
                self.kept.clear()
                return
            message = encode(order)
            self.kept.append((self.sequence, message))
            if order["how"] == "publish":
                self.events.send_multipart((b"kv-events", struct.pack(">q", self.sequence), message))
            self.sequence += 1

    def answer(self) -> None:
        while True:
            who, _, start = self.replay.recv_multipart()
            first = int.from_bytes(start, "big")
            with self.lock:
                found = [(number, message) for number, message in self.kept if number >= first]
            for number, message in found:
                self.replay.send_multipart((who, b"", struct.pack(">q", number), message))
            self.replay.send_multipart((who, b"", END, b""))


def main() -> None:
    publisher = Publisher(int(sys.argv[1]), int(sys.argv[2]))
    print(json.dumps({"port": publisher.port, "replay_port": publisher.replay_port}), flush=True)
    for line in sys.stdin:
        publisher.take(json.loads(line))
        print("{}", flush=True)


if __name__ == "__main__":
    main()
