"""Stand-in for SGLang's interface of HiCache storages."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from enum import Enum

from kvcachepool._bytes import Tensor
from kvcachepool._pages import HostPool, Indices


@dataclass
class HiCacheStorageConfig:
    """What a storage is told of its engine."""

    tp_rank: int
    tp_size: int
    pp_rank: int
    pp_size: int
    attn_cp_rank: int
    attn_cp_size: int
    is_mla_model: bool
    enable_storage_metrics: bool
    is_page_first_layout: bool
    model_name: str | None
    tp_lcm_size: int | None = None
    should_split_heads: bool = False
    dp_rank: int = 0
    extra_config: dict[str, object] | None = None
    dcp_size: int = 1
    dcp_rank: int = 0
    logical_page_size: int | None = None


@dataclass
class HiCacheStorageExtraInfo:
    """What comes along with a request."""

    prefix_keys: list[str] | None = None
    extra_info: dict[str, object] | None = None


class PoolName(str, Enum):
    """Some of the pools."""

    KV = "kv"
    MAMBA = "mamba"
    SWA = "swa"
    INDEXER = "indexer"
    DRAFT = "draft"
    DRAFT_SWA = "draft_swa"

    def __str__(self) -> str:
        return self.value


class PoolHitPolicy(str, Enum):
    """Which pages of a pool a prefix needs."""

    ALL_PAGES = "all_pages"
    TRAILING_PAGES = "trailing_pages"
    BLOCK_GROUPS = "block_groups"


@dataclass
class PoolTransfer:
    """Pages of a pool."""

    name: PoolName
    host_indices: Indices | None = None
    device_indices: Indices | None = None
    keys: list[str] | None = None
    hit_policy: PoolHitPolicy = PoolHitPolicy.ALL_PAGES


@dataclass
class PoolTransferResult:
    """How much of a prefix is there."""

    kv_hit_pages: int
    extra_pool_hit_pages: dict[str, int]
    restorable_prefix_pages: list[int] | None = None


class HiCacheStorage(ABC):
    """What SGLang calls."""

    def register_mem_pool_host(self, mem_pool_host: HostPool) -> None:
        """Takes the anchor pool."""
        self.mem_pool_host = mem_pool_host

    def register_mem_host_pool_v2(self, host_pool: HostPool, host_pool_name: PoolName) -> None:
        """Takes a further pool."""
        if not hasattr(self, "registered_pools"):
            self.registered_pools: dict[PoolName, HostPool] = {}
        self.registered_pools[host_pool_name] = host_pool

    @abstractmethod
    def get(
        self, key: str, target_location: Tensor | None = None, target_sizes: object = None
    ) -> Tensor | None: ...
    @abstractmethod
    def batch_get(
        self, keys: list[str], target_locations: list[Tensor] | None = None, target_sizes: object = None
    ) -> list[Tensor | None]: ...
    @abstractmethod
    def set(
        self, key: str, value: Tensor | None = None, target_location: object = None, target_sizes: object = None
    ) -> bool: ...
    @abstractmethod
    def batch_set(
        self,
        keys: list[str],
        values: list[Tensor] | None = None,
        target_locations: object = None,
        target_sizes: object = None,
    ) -> bool: ...
    @abstractmethod
    def exists(self, key: str) -> bool: ...

    def clear(self) -> None:
        """Removes everything."""
