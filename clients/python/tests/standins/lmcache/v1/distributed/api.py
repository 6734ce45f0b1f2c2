"""Stand-in for LMCache's keys."""

from dataclasses import dataclass


@dataclass(frozen=True)
class ObjectKey:
    """Names an object."""

    chunk_hash: bytes
    model_name: str
    kv_rank: int
    object_group_id: int = 0
    cache_salt: str = ""


@dataclass(frozen=True)
class MemoryLayoutDesc:
    """How an object lies in memory, which nobody asks here."""
