"""LMCache in an engine's process, as far as it goes without a GPU: its RemoteBackend over its own memory, with the connector that
its own CreateConnector makes from `remote_url`.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterable

import torch
from lmcache.utils import CacheEngineKey
from lmcache.v1.config import LMCacheEngineConfig
from lmcache.v1.memory_management import MemoryObj
from lmcache.v1.metadata import LMCacheMetadata
from lmcache.v1.storage_backend.connector.base_connector import RemoteConnector
from lmcache.v1.storage_backend.connector.redis_connector import RedisConnector, RESPConnector
from lmcache.v1.storage_backend.connector.valkey_connector import ValkeyConnector
from lmcache.v1.storage_backend.local_cpu_backend import LocalCPUBackend
from lmcache.v1.storage_backend.remote_backend import RemoteBackend

MODEL = "lmcache-e2e"
CHUNK = 256
LAYERS, HEADS, HEAD_SIZE = 4, 2, 64
VALUE_BYTES = 2 * LAYERS * CHUNK * HEADS * HEAD_SIZE * 2
# Of LMCache's reads, in seconds; a node's --late-miss is longer, as it is with what both have by themselves.
TIMEOUT, LATE_MISS = 2, 5
_PATIENCE = 30


def content(seed: int, size: int = VALUE_BYTES) -> bytes:
    """Bytes that no other seed has."""
    generator = torch.Generator().manual_seed(seed)
    return torch.randint(0, 256, (size,), dtype=torch.uint8, generator=generator).numpy().tobytes()


def key(number: int, model: str = MODEL) -> CacheEngineKey:
    """A chunk's key as LMCache makes it in an engine of one rank."""
    return CacheEngineKey(model, 1, 0, number + 1, torch.bfloat16)


class Engine:
    """An engine's LMCache over one `remote_url`. For many threads, as its loop is one of its own.

    Args:
        layers: of the model: other than the usual number for values of another size.
        settings: of LMCache's `extra_config`.
    """

    def __init__(self, url: str, layers: int = LAYERS, **settings: object) -> None:
        self.config = LMCacheEngineConfig.from_defaults(
            chunk_size=CHUNK,
            remote_url=url,
            remote_serde="naive",
            local_cpu=False,
            max_local_cpu_size=0.25,
            save_unfull_chunk=False,
            blocking_timeout_secs=TIMEOUT,
            extra_config={"save_chunk_meta": False, **settings},
        )
        shape = (layers, 2, CHUNK, HEADS, HEAD_SIZE)
        metadata = LMCacheMetadata(MODEL, 1, 1, 0, 0, torch.bfloat16, shape, chunk_size=CHUNK)
        self._shape = metadata.get_shapes()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._memory = LocalCPUBackend(self.config, metadata, dst_device="cpu")
        self.backend = RemoteBackend(self.config, metadata, self._loop, self._memory, dst_device="cpu")

    def filled(self, seed: int) -> MemoryObj:
        """A chunk's memory with content of its own."""
        item = self._memory.allocate(self._shape, [torch.bfloat16])
        assert item is not None, "LMCache's own memory is full"
        view = memoryview(item.byte_array).cast("B")
        view[:] = content(seed, len(view))
        return item

    def put(self, numbers: Iterable[int], seed: int = 0) -> bool:
        """Stores chunks in one batch, with content of their number and the seed; whether LMCache says that all are done."""
        numbers = list(numbers)
        items = [self.filled(number + seed) for number in numbers]
        done = threading.Semaphore(0)
        self.backend.batched_submit_put_task(
            [key(number) for number in numbers], items, on_complete_callback=lambda _: done.release()
        )
        complete = all([done.acquire(timeout=_PATIENCE) for _ in numbers])
        for item in items:
            item.ref_count_down()
        return complete

    def holds(self, number: int) -> bool:
        """Whether LMCache finds a chunk."""
        return bool(self.backend.contains(key(number)))

    def leading(self, numbers: Iterable[int]) -> int:
        """How many chunks from the first on LMCache finds."""
        return int(self.backend.batched_contains([key(number) for number in numbers]))

    def get(self, number: int) -> bytes | None:
        """A chunk's bytes as LMCache reads them; None for what it calls a miss."""
        return _taken(self.backend.get_blocking(key(number)))

    def get_all(self, numbers: Iterable[int]) -> list[bytes | None]:
        """Chunks in one batch."""
        return [_taken(item) for item in self.backend.batched_get_blocking([key(number) for number in numbers])]

    def close(self) -> None:
        """Ends its connections and its loop.

        Not by the backend's own close: that of LMCache 0.5.6 waits for jobs of the very loop on which it waits.
        """
        if self.backend.connection is not None:
            connector = self.backend.connection.getWrappedConnector()
            asyncio.run_coroutine_threadsafe(_ended(connector), self._loop).result(_PATIENCE)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(_PATIENCE)


async def _ended(connector: RemoteConnector) -> None:
    match connector:
        case RedisConnector():
            await connector.pool.disconnect()
        case RESPConnector():
            connector.client.close()
        case ValkeyConnector():
            connector._pool.close()
        case _:
            await connector.close()
    waiting = asyncio.all_tasks() - {asyncio.current_task()}
    for task in waiting:
        task.cancel()
    await asyncio.gather(*waiting, return_exceptions=True)


def _taken(item: MemoryObj | None) -> bytes | None:
    if item is None:
        return None
    taken = bytes(memoryview(item.byte_array).cast("B"))
    item.ref_count_down()
    return taken
