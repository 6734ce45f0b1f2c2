"""Stand-in for LMCache's interface of adapters."""

from __future__ import annotations

from abc import ABC, abstractmethod

from lmcache.lmcache_native import Bitmap
from lmcache.v1.distributed.api import MemoryLayoutDesc, ObjectKey
from lmcache.v1.distributed.internal_api import L2AdapterListener, L2StoreResult
from lmcache.v1.memory_management import MemoryObj


class L2AdapterInterface(ABC):
    """What LMCache calls, and what it offers to adapters."""

    def __init__(self, max_capacity_bytes: int = 0) -> None:
        self._listeners: list[L2AdapterListener] = []
        self._max_capacity_bytes = max_capacity_bytes
        self._total_bytes_used = 0

    @abstractmethod
    def get_store_event_fd(self) -> int: ...
    @abstractmethod
    def get_lookup_and_lock_event_fd(self) -> int: ...
    @abstractmethod
    def get_load_event_fd(self) -> int: ...
    @abstractmethod
    def submit_store_task(self, keys: list[ObjectKey], objects: list[MemoryObj]) -> int: ...
    @abstractmethod
    def pop_completed_store_tasks(self) -> dict[int, L2StoreResult]: ...
    @abstractmethod
    def submit_lookup_and_lock_task(
        self, keys: list[ObjectKey], group_layout_descs: dict[int, MemoryLayoutDesc]
    ) -> int: ...
    @abstractmethod
    def query_lookup_and_lock_result(self, task_id: int) -> Bitmap | None: ...
    @abstractmethod
    def submit_unlock(self, keys: list[ObjectKey]) -> None: ...
    @abstractmethod
    def submit_load_task(self, keys: list[ObjectKey], objects: list[MemoryObj]) -> int: ...
    @abstractmethod
    def query_load_result(self, task_id: int) -> Bitmap | None: ...
    @abstractmethod
    def close(self) -> None: ...

    def register_listener(self, listener: L2AdapterListener) -> None:
        """Adds a listener."""
        self._listeners.append(listener)

    def _notify_keys_stored(self, keys: list[ObjectKey], sizes: list[int]) -> None:
        self._total_bytes_used += sum(sizes)
        for listener in self._listeners:
            listener.on_l2_keys_stored(keys, sizes)

    def _notify_keys_accessed(self, keys: list[ObjectKey]) -> None:
        for listener in self._listeners:
            listener.on_l2_keys_accessed(keys)

    def _notify_keys_deleted(self, keys: list[ObjectKey], sizes: list[int]) -> None:
        self._total_bytes_used -= sum(sizes)
        for listener in self._listeners:
            listener.on_l2_keys_deleted(keys)
