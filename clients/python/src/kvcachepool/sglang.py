"""SGLang's HiCache storage on a cache-node: a `dynamic` backend (SGLang 0.5.23).

    --hicache-storage-backend dynamic --hicache-storage-backend-extra-config
    '{"backend_name": "kvcachepool", "module_path": "kvcachepool.sglang", "class_name": "KVCachePoolStorage",
      "interface_v1": 1, "url": "unix:///run/kvp/resp.sock", "memory_socket": "/run/kvp/memory.sock"}'

Importing this needs SGLang; the rest of `kvcachepool` does not.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from sglang.srt.mem_cache.hicache_storage import (
    HiCacheStorage,
    HiCacheStorageConfig,
    HiCacheStorageExtraInfo,
    PoolHitPolicy,
    PoolName,
    PoolTransfer,
    PoolTransferResult,
)

from kvcachepool._node import Node
from kvcachepool._page_keys import Shard, page_key, space
from kvcachepool._pages import HostPool, Indices, has_addresses, page_starts, pages_at, whole
from kvcachepool._settings import NodeSettings, flag

if TYPE_CHECKING:
    from kvcachepool._bytes import Tensor

_LOG = logging.getLogger("kvcachepool")
_FACTORY_NAMES = ("backend_name", "module_path", "class_name", "interface_v1")
_NAMES = (*NodeSettings.NAMES, *_FACTORY_NAMES, "cache_salt", "allow_clear")
_REPLICATED_DRAFTS = ("MLATokenToKVPoolHost", "DeepSeekV4PagedHostPool")
_MOST_SALT = 128


class KVCachePoolStorage(HiCacheStorage):
    """A cache-node as HiCache's storage. Thread-safe once the pools are registered.

    - A page is one value under one key, whatever pieces it lies in. Keys name the model, the layout, the dtype, the page size
      and the process's part of the page: what can't be interchanged does not meet.
    - What exists is kept for the node's read lease (30 s), or until it is read.
    - A node that can't be reached is a miss, or a page that was not stored; nothing raises for it.
    """

    def __init__(self, storage_config: HiCacheStorageConfig, kwargs: Mapping[str, object] | None = None) -> None:
        settings = storage_config.extra_config or {}
        for name in settings:
            if name not in _NAMES:
                _LOG.warning("unknown setting %r of the cache-node's backend, known are %s", name, ", ".join(_NAMES))
        if storage_config.dcp_size > 1 or storage_config.should_split_heads:
            raise ValueError("decode context parallelism and heads split over keys are not supported by this backend")
        self._config = storage_config
        self._salt = _salt(settings)
        self._may_clear = flag(settings, "allow_clear")
        self._by_address = bool(settings.get("interface_v1", 0))
        self._space = ""
        self._pools: dict[str, HostPool] = {}
        self._anchor_holds_bytes = True
        self._node = Node(NodeSettings.read(settings))

    def register_mem_pool_host(self, mem_pool_host: HostPool) -> None:
        """Takes the pool of the keys and values themselves."""
        super().register_mem_pool_host(mem_pool_host)
        self._anchor_holds_bytes = _holds_bytes(mem_pool_host)
        if self._by_address and self._anchor_holds_bytes and not has_addresses(mem_pool_host):
            raise ValueError(
                f"the host pool's layout is {mem_pool_host.layout!r}: interface_v1 needs --hicache-mem-layout page_first or"
                " page_first_direct; or leave interface_v1 out"
            )
        self._space = space(
            self._config.model_name or "",
            mem_pool_host.layout,
            mem_pool_host.dtype,
            mem_pool_host.page_size,
            "pages" if self._by_address else "flat",
        )
        self._pools[str(PoolName.KV)] = mem_pool_host
        # So that ranks that no key can name are refused now, and not in the engine's loop.
        self._shard(str(PoolName.MAMBA))

    def register_mem_host_pool_v2(self, host_pool: HostPool, host_pool_name: PoolName) -> None:
        """Takes a further pool."""
        super().register_mem_host_pool_v2(host_pool, host_pool_name)
        if str(host_pool_name) != str(PoolName.KV):
            self._pools[str(host_pool_name)] = host_pool

    def _key(self, page: str, pool: str = str(PoolName.KV)) -> bytes:
        return page_key(self._space, self._shard(pool), pool, page, self._salt)

    def _shard(self, pool: str) -> Shard:
        config = self._config
        world = config.pp_size * config.attn_cp_size
        rank = config.pp_rank * config.attn_cp_size + config.attn_cp_rank
        if self._is_replicated(pool):
            return Shard(world, rank)
        return Shard(world * config.tp_size, rank * config.tp_size + config.tp_rank)

    def _is_replicated(self, pool: str) -> bool:
        if not self._config.is_mla_model or pool == str(PoolName.MAMBA):
            return False
        if pool in (str(PoolName.DRAFT), str(PoolName.DRAFT_SWA)):
            names = [kind.__name__ for kind in type(self._pools.get(pool)).__mro__]
            return any(name in names for name in _REPLICATED_DRAFTS)
        return True

    def batch_get_v1(
        self, keys: list[str], host_indices: Indices, extra_info: HiCacheStorageExtraInfo | None = None
    ) -> list[bool]:
        """Reads pages to where they belong; of each whether it is there."""
        if not self._anchor_holds_bytes:
            return [True] * len(keys)
        return self._read(str(PoolName.KV), keys, host_indices)

    def batch_set_v1(
        self, keys: list[str], host_indices: Indices, extra_info: HiCacheStorageExtraInfo | None = None
    ) -> list[bool]:
        """Stores pages from where they lie; of each whether the node has taken it."""
        if not self._anchor_holds_bytes:
            return [True] * len(keys)
        return self._write(str(PoolName.KV), keys, host_indices)

    def batch_get_v2(
        self, transfers: list[PoolTransfer], extra_info: HiCacheStorageExtraInfo | None = None
    ) -> dict[str, list[bool]]:
        """Reads pages of several pools."""
        return {each.name: self._read(str(each.name), each.keys or [], each.host_indices) for each in transfers}

    def batch_set_v2(
        self, transfers: list[PoolTransfer], extra_info: HiCacheStorageExtraInfo | None = None
    ) -> dict[str, list[bool]]:
        """Stores pages of several pools."""
        return {each.name: self._write(str(each.name), each.keys or [], each.host_indices) for each in transfers}

    def _read(self, name: str, pages: Sequence[str], indices: Indices | None) -> list[bool]:
        pool = self._pools.get(name)
        if pool is None or indices is None:
            _LOG.error("pages of the pool %r were asked for, which is not registered or has no indices", name)
            return [False] * len(pages)
        keys = [self._key(page, name) for page in pages]
        try:
            if has_addresses(pool):
                return self._node.load(keys, pages_at(pool, len(pages), indices))
            starts = page_starts(pool, len(pages), indices)
            copies = [pool.get_dummy_flat_data_page() for _ in pages]
        except Exception:
            _LOG.exception("where the pages of the pool %r lie is not known", name)
            return [False] * len(pages)
        loaded = self._node.load(keys, whole(copies))
        for start, copy, good in zip(starts, copies, loaded, strict=True):
            if good:
                pool.set_from_flat_data_page(start, copy)
        return loaded

    def _write(self, name: str, pages: Sequence[str], indices: Indices | None) -> list[bool]:
        pool = self._pools.get(name)
        if pool is None or indices is None:
            _LOG.error("pages of the pool %r were to be stored, which is not registered or has no indices", name)
            return [False] * len(pages)
        keys = [self._key(page, name) for page in pages]
        try:
            if has_addresses(pool):
                return self._node.store(keys, pages_at(pool, len(pages), indices))
            copies = [pool.get_data_page(start).contiguous() for start in page_starts(pool, len(pages), indices)]
        except Exception:
            _LOG.exception("where the pages of the pool %r lie is not known", name)
            return [False] * len(pages)
        return self._node.store(keys, whole(copies))

    def get(self, key: str, target_location: Tensor | None = None, target_sizes: object = None) -> Tensor | None:
        """Reads a flat page into a tensor; None where it is not there."""
        return None if target_location is None else self.batch_get([key], [target_location])[0]

    def batch_get(
        self, keys: list[str], target_locations: list[Tensor] | None = None, target_sizes: object = None
    ) -> list[Tensor | None]:
        """Reads flat pages into tensors; None for those that are not there."""
        if not target_locations or not all(target.is_contiguous() for target in target_locations):
            _LOG.error("pages can be read into contiguous tensors only")
            return [None] * len(keys)
        loaded = self._node.load([self._key(key) for key in keys], whole(target_locations))
        return [target if good else None for target, good in zip(target_locations, loaded, strict=True)]

    def set(
        self,
        key: str,
        value: Tensor | None = None,
        target_location: object = None,
        target_sizes: object = None,
    ) -> bool:
        """Stores a flat page."""
        return value is not None and self.batch_set([key], [value])

    def batch_set(
        self,
        keys: list[str],
        values: list[Tensor] | None = None,
        target_locations: object = None,
        target_sizes: object = None,
    ) -> bool:
        """Stores flat pages; whether the node has taken them all."""
        if values is None:
            return False
        pages = [value.contiguous() for value in values]
        return all(self._node.store([self._key(key) for key in keys], whole(pages)))

    def exists(self, key: str) -> bool:
        """Whether a page is there."""
        return self._node.exists([self._key(key)])[0]

    def batch_exists(self, keys: list[str], extra_info: HiCacheStorageExtraInfo | None = None) -> int:
        """How many pages are there, up to the first that is not."""
        if not self._anchor_holds_bytes:
            return len(keys)
        return _leading(self._node.exists([self._key(key) for key in keys]))

    def batch_exists_v2(
        self,
        keys: list[str],
        pool_transfers: list[PoolTransfer] | None = None,
        extra_info: HiCacheStorageExtraInfo | None = None,
    ) -> PoolTransferResult:
        """How long a prefix can be had in all pools, and of which lengths: a pool may need its last pages only."""
        pages = self.batch_exists(keys, extra_info)
        hits: dict[str, int] = {PoolName.KV: pages} if pages else {}
        lengths = list(range(1, pages + 1))
        for transfer in pool_transfers or []:
            if transfer.hit_policy == PoolHitPolicy.BLOCK_GROUPS or not lengths:
                continue
            there = self._node.exists([self._key(key, str(transfer.name)) for key in keys[:pages]])
            if transfer.hit_policy == PoolHitPolicy.TRAILING_PAGES:
                window = max(1, len(transfer.keys or []))
                good = {end for end in range(1, pages + 1) if all(there[max(0, end - window) : end])}
            else:
                good = set(range(1, _leading(there) + 1))
            if good:
                hits[transfer.name] = max(good)
            lengths = [length for length in lengths if length in good]
        return PoolTransferResult(lengths[-1] if lengths else 0, hits, lengths)

    def clear(self) -> None:
        """Removes everything from the node where `allow_clear` is set: it may hold more than this engine's pages."""
        if not self._may_clear:
            _LOG.warning("the cache-node was not cleared: allow_clear is not set, and it may hold other engines' pages")
        elif not self._node.clear():
            _LOG.warning("the cache-node was not cleared: it can't be reached")

    def close(self) -> None:
        """Ends all connections and threads; may be called more than once."""
        self._node.close()


def _holds_bytes(pool: HostPool) -> bool:
    # Pools that only hand out indices have the attribute, and None in it.
    return getattr(pool, "kv_buffer", pool) is not None


def _salt(settings: Mapping[str, object]) -> str:
    salt = settings.get("cache_salt", "")
    if not isinstance(salt, str) or len(salt) > _MOST_SALT or any(bad in salt for bad in "@/\\\0"):
        raise ValueError(f"cache_salt is {salt!r}, expected up to {_MOST_SALT} characters, none of @ / \\ NUL")
    return salt


def _leading(there: Sequence[bool]) -> int:
    return next((at for at, good in enumerate(there) if not good), len(there))
