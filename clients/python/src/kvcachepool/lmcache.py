"""LMCache's L2 on a cache-node: a plugin for its multiprocess server (LMCache 0.5.6).

    {"type": "plugin", "module_path": "kvcachepool.lmcache", "class_name": "KVCachePoolL2Adapter",
     "adapter_params": {"url": "unix:///run/kvp/resp.sock", "memory_socket": "/run/kvp/memory.sock"}}

Importing this needs LMCache; the rest of `kvcachepool` does not.
"""

from __future__ import annotations

import itertools
import logging
import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING

from lmcache.lmcache_native import Bitmap
from lmcache.v1.distributed.internal_api import L2StoreResult
from lmcache.v1.distributed.l2_adapters.base import L2AdapterInterface
from lmcache.v1.distributed.l2_adapters.config import L2AdapterConfigBase

from kvcachepool._batch import Operation
from kvcachepool._bytes import bytes_of
from kvcachepool._events import Completions
from kvcachepool._node import Node
from kvcachepool._settings import NodeSettings, require_known

if TYPE_CHECKING:
    from lmcache.v1.distributed.api import MemoryLayoutDesc, ObjectKey
    from lmcache.v1.distributed.internal_api import L1MemoryDesc
    from lmcache.v1.memory_management import MemoryObj

_LOG = logging.getLogger("kvcachepool")
_MOST_SIZES = 1 << 20


def key_of(key: ObjectKey) -> bytes:
    """An object's key as LMCache's own L2 adapters write it, so that they and this one find the same values."""
    text = f"{key.model_name}@{key.kv_rank:08x}@{key.object_group_id:x}@{key.chunk_hash.hex()}"
    return (f"{text}@{key.cache_salt}" if key.cache_salt else text).encode()


class KVCachePoolL2AdapterConfig(L2AdapterConfigBase):
    """What stands in `adapter_params`; LMCache finds this class by its name."""

    def __init__(self, node: NodeSettings, max_capacity_bytes: int = 0) -> None:
        self.node = node
        self.max_capacity_bytes = max_capacity_bytes

    @classmethod
    def from_dict(cls, d: dict[str, object]) -> KVCachePoolL2AdapterConfig:
        """Reads the parameters.

        Raises:
            ValueError: one of them can't be; the message names it, its value and what is allowed.
        """
        require_known(d, (*NodeSettings.NAMES, "max_capacity_gb"))
        capacity = d.get("max_capacity_gb", 0)
        if isinstance(capacity, bool) or not isinstance(capacity, (int, float)) or not 0 <= capacity <= 1 << 30:
            raise ValueError(f"max_capacity_gb is {capacity!r}, expected GiB, 0 for no limit of LMCache's own")
        return cls(NodeSettings.read(d), int(capacity * (1 << 30)))

    @classmethod
    def help(cls) -> str:
        """The parameters in words."""
        return (
            "KVCachePool L2 adapter parameters:\n"
            "- url (str): unix:///path of the node's RESP socket, or redis://host:port (required)\n"
            "- memory_socket (str): path of the node's memory socket, to read its memory without a copy between\n"
            "- password_env (str): name of the environment variable that holds the node's password\n"
            "- user (str): whose password it is, of a node with users (default: the user default)\n"
            "- connections (int): worker threads with a connection each (default 4)\n"
            "- timeout (float): seconds that one worker's share of a task may take (default 10)\n"
            "- verify (bool): compare values read in the node's memory with its checksums (default false)\n"
            "- max_capacity_gb (float): capacity for LMCache's own eviction (default 0: the node evicts)"
        )


class KVCachePoolL2Adapter(L2AdapterInterface):
    """A cache-node as LMCache's L2. Thread-safe.

    - A lookup locks by the node's read leases: what was found stays for `--read-lease` (30 s), or until it is read. They end
      by themselves, so that unlocking can't fail.
    - A node that can't be reached is a miss, or a store that failed; nothing raises. The memory objects of a task are used
      until its outcome is there.
    - The node evicts by itself. What LMCache stored and a lookup misses is reported as deleted, so that LMCache's count of
      bytes follows.
    """

    def __init__(self, config: KVCachePoolL2AdapterConfig, l1_memory_desc: L1MemoryDesc | None = None) -> None:
        super().__init__(max_capacity_bytes=config.max_capacity_bytes)
        self._address = str(config.node.address)
        self._stores: Completions[L2StoreResult] = Completions()
        self._lookups: Completions[Bitmap] = Completions()
        self._loads: Completions[Bitmap] = Completions()
        self._tasks = itertools.count()
        self._lock = threading.Lock()
        self._sizes: dict[ObjectKey, int] = {}
        self._node = Node(config.node)

    def get_store_event_fd(self) -> int:
        """Readable when stores have ended."""
        return self._stores.fileno()

    def get_lookup_and_lock_event_fd(self) -> int:
        """Readable when lookups have ended."""
        return self._lookups.fileno()

    def get_load_event_fd(self) -> int:
        """Readable when loads have ended."""
        return self._loads.fileno()

    def submit_store_task(self, keys: list[ObjectKey], objects: list[MemoryObj]) -> int:
        """Starts to store objects; the objects' memory is read until the task has ended."""
        task = next(self._tasks)
        values = _views(objects)
        if values is None or len(values) != len(keys):
            self._stores.add(task, L2StoreResult(False, 0))
            return task
        sizes = [value[0].nbytes for value in values]

        def done(outcomes: list[bool]) -> None:
            stored = [(key, size) for key, size, good in zip(keys, sizes, outcomes, strict=True) if good]
            try:
                self._note_stored(stored)
            finally:
                # The objects are named here so that they live as long as their memory is read.
                complete = all(outcomes) and len(objects) == len(keys)
                self._stores.add(task, L2StoreResult(complete, sum(size for _, size in stored)))

        self._node.submit(Operation.STORE, [key_of(key) for key in keys], values, done)
        return task

    def _note_stored(self, stored: Sequence[tuple[ObjectKey, int]]) -> None:
        new: list[int] = []
        with self._lock:
            for key, size in stored:
                known = key in self._sizes
                new.append(0 if known else size)
                if not known:
                    if len(self._sizes) >= _MOST_SIZES:
                        del self._sizes[next(iter(self._sizes))]
                    self._sizes[key] = size
        if stored:
            self._notify_keys_stored([key for key, _ in stored], new)

    def _note_gone(self, keys: Sequence[ObjectKey]) -> None:
        with self._lock:
            gone = [(key, self._sizes.pop(key)) for key in keys if key in self._sizes]
        if gone:
            self._notify_keys_deleted([key for key, _ in gone], [size for _, size in gone])

    def pop_completed_store_tasks(self) -> dict[int, L2StoreResult]:
        """The stores that have ended since the last call."""
        return self._stores.take_all()

    def submit_lookup_and_lock_task(
        self, keys: list[ObjectKey], group_layout_descs: dict[int, MemoryLayoutDesc]
    ) -> int:
        """Starts to look up keys; those found are leased."""
        task = next(self._tasks)

        def done(outcomes: list[bool]) -> None:
            try:
                if self._node.healthy:
                    self._note_gone([key for key, found in zip(keys, outcomes, strict=True) if not found])
            finally:
                self._lookups.add(task, _bitmap(outcomes))

        self._node.submit(Operation.EXISTS, [key_of(key) for key in keys], [], done)
        return task

    def query_lookup_and_lock_result(self, task_id: int) -> Bitmap | None:
        """A lookup's outcome, once; None while there is none."""
        return self._lookups.take(task_id)

    def submit_unlock(self, keys: list[ObjectKey]) -> None:
        """Nothing: leases end by themselves."""

    def submit_load_task(self, keys: list[ObjectKey], objects: list[MemoryObj]) -> int:
        """Starts to load objects; the objects' memory is written to until the task has ended."""
        task = next(self._tasks)
        places = _views(objects)
        if places is None or len(places) != len(keys):
            self._loads.add(task, _bitmap([False] * len(keys)))
            return task

        def done(outcomes: list[bool]) -> None:
            loaded = [key for key, _, good in zip(keys, objects, outcomes, strict=True) if good]
            try:
                if loaded:
                    self._notify_keys_accessed(loaded)
            finally:
                self._loads.add(task, _bitmap(outcomes))

        self._node.submit(Operation.LOAD, [key_of(key) for key in keys], places, done)
        return task

    def query_load_result(self, task_id: int) -> Bitmap | None:
        """A load's outcome, once; None while there is none."""
        return self._loads.take(task_id)

    def delete(self, keys: list[ObjectKey]) -> None:
        """Removes objects; those whose node can't be reached stay."""
        deleted = self._node.delete([key_of(key) for key in keys])
        self._note_gone([key for key, was in zip(keys, deleted, strict=True) if was])

    def report_status(self) -> dict[str, object]:
        """Whether the node answers."""
        return {"is_healthy": self._node.healthy, "type": type(self).__name__, "node": self._address}

    def close(self) -> None:
        """Ends all connections and threads; may be called more than once."""
        self._node.close()
        for completions in (self._stores, self._lookups, self._loads):
            completions.close()


def _views(objects: Sequence[MemoryObj]) -> list[list[memoryview]] | None:
    """The bytes of memory objects; None where some have none in host memory."""
    try:
        return [[bytes_of(memoryview(item.byte_array))] for item in objects]
    except Exception:
        _LOG.exception("memory objects can't be reached")
        return None


def _bitmap(outcomes: Sequence[bool]) -> Bitmap:
    bitmap = Bitmap(len(outcomes))
    for at, good in enumerate(outcomes):
        if good:
            bitmap.set(at)
    return bitmap
