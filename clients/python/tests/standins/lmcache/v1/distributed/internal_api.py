"""Stand-in for LMCache's internal types."""

from __future__ import annotations

from dataclasses import dataclass

from lmcache.v1.distributed.api import ObjectKey


class L2StoreResult(int):
    """Bytes stored, or −1 for a failure."""

    def __new__(cls, success: bool, bytes_transferred: int) -> L2StoreResult:
        return super().__new__(cls, bytes_transferred if success else -1)

    def is_successful(self) -> bool:
        """Whether all was stored."""
        return int(self) >= 0

    def bytes_transferred(self) -> int:
        """Bytes stored, 0 after a failure."""
        return max(0, int(self))


@dataclass(frozen=True)
class L1MemoryDesc:
    """Where LMCache's own memory lies."""

    ptr: int
    size: int
    align_bytes: int


class L2AdapterListener:
    """Is told what an adapter holds."""

    def on_l2_keys_stored(self, keys: list[ObjectKey], sizes: list[int]) -> None:
        """Keys were stored."""

    def on_l2_keys_accessed(self, keys: list[ObjectKey]) -> None:
        """Keys were read."""

    def on_l2_keys_deleted(self, keys: list[ObjectKey]) -> None:
        """Keys are gone."""
