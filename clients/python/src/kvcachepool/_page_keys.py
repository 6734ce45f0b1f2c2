"""Keys for pages of SGLang's HiCache."""

from __future__ import annotations

import hashlib
import re
import zlib
from dataclasses import dataclass

_HASH = re.compile("[0-9a-f]{64}")
_KV = "kv"
_MOST_RANKS = 255
_GROUPS = 0xFFFE


@dataclass(frozen=True)
class Shard:
    """Which part of a page a process holds: one of `world` equal ones. Immutable."""

    world: int
    rank: int

    def __post_init__(self) -> None:
        if not 0 <= self.rank < self.world <= _MOST_RANKS:
            raise ValueError(f"rank {self.rank} of {self.world}, at most {_MOST_RANKS} ranks can hold parts of a page")

    @property
    def kv_rank(self) -> int:
        """As LMCache counts ranks, all on one host."""
        return self.world << 24 | self.rank << 16 | self.world << 8 | self.rank


def space(*facts: object) -> str:
    """Names all that must be equal for pages to be interchangeable."""
    return ":".join(["sglang", *(str(fact).removeprefix("torch.").replace("@", "%40") for fact in facts)])


def group_of(pool: str) -> int:
    """A pool's number: 0 for the keys and values themselves."""
    return 0 if pool == _KV else 1 + zlib.crc32(pool.encode()) % _GROUPS


def page_key(name: str, shard: Shard, pool: str, page: str, salt: str) -> bytes:
    """A page's key, in the form of LMCache's multiprocess keys: parts and pools of one page stay and go together."""
    digest = page if _HASH.fullmatch(page) else hashlib.sha256(page.encode()).hexdigest()
    text = f"{name}@{shard.kv_rank:08x}@{group_of(pool):x}@{digest}"
    return (f"{text}@{salt}" if salt else text).encode()
