"""SGLang's backend, called as its cache controller calls it, over pools that stand in for SGLang's host memory."""

from __future__ import annotations

import ctypes
import hashlib
from collections.abc import Iterator, Sequence

import pytest
from nodes import NodeProcess, wait_until
from sglang.srt.mem_cache.hicache_storage import HiCacheStorageConfig, PoolHitPolicy, PoolName, PoolTransfer

from kvcachepool import Client
from kvcachepool._bytes import Tensor
from kvcachepool._pages import Indices
from kvcachepool.sglang import KVCachePoolStorage

TOKENS = 16
PART = 3000


class Flat:
    """Stands in for a flat tensor of bytes in host memory."""

    def __init__(self, size: int, content: bytes = b"") -> None:
        self.memory = (ctypes.c_ubyte * size)(*content)

    def data_ptr(self) -> int:
        return ctypes.addressof(self.memory)

    def numel(self) -> int:
        return len(self.memory)

    def element_size(self) -> int:
        return 1

    def is_contiguous(self) -> bool:
        return True

    def contiguous(self) -> Flat:
        return self

    def held(self) -> bytes:
        """What it holds."""
        return bytes(self.memory)


class Numbers:
    """Stands in for a tensor of indices."""

    def __init__(self, numbers: Sequence[int]) -> None:
        self._numbers = list(numbers)

    def numel(self) -> int:
        return len(self._numbers)

    def tolist(self) -> list[int]:
        return list(self._numbers)

    def __len__(self) -> int:
        return len(self._numbers)


class Pool:
    """Stands in for a HostKVCache: pages of two parts, keys and values, that don't lie beside one another."""

    def __init__(self, pages: int, layout: str = "page_first", parts: int = 2) -> None:
        self.page_size = TOKENS
        self.layout = layout
        self.dtype: object = "torch.bfloat16"
        self.parts = [Flat(pages * PART) for _ in range(parts)]
        self.kv_buffer: object = self.parts

    def get_page_buffer_meta(self, indices: Indices) -> tuple[Sequence[int], Sequence[int]]:
        pages = [index // TOKENS for index in indices.tolist()[::TOKENS]]
        addresses = [part.data_ptr() + page * PART for page in pages for part in self.parts]
        return addresses, [PART] * len(addresses)

    def get_data_page(self, index: int, flat: bool = True) -> Tensor:
        return Flat(len(self.parts) * PART, self.page(index // TOKENS))

    def get_dummy_flat_data_page(self) -> Tensor:
        return Flat(len(self.parts) * PART)

    def set_from_flat_data_page(self, index: int, data_page: Tensor) -> None:
        content = ctypes.string_at(data_page.data_ptr(), data_page.numel())
        self.fill(index // TOKENS, content)

    def fill(self, page: int, content: bytes) -> None:
        """Gives a page its content."""
        for at, part in enumerate(self.parts):
            ctypes.memmove(part.data_ptr() + page * PART, content[at * PART : (at + 1) * PART], PART)

    def page(self, page: int) -> bytes:
        """A page's content."""
        return b"".join(part.held()[page * PART : (page + 1) * PART] for part in self.parts)


def indices(pages: Sequence[int]) -> Numbers:
    """The tokens of pages."""
    return Numbers([page * TOKENS + token for page in pages for token in range(TOKENS)])


def hashes(name: str, pages: int) -> list[str]:
    """What SGLang calls pages."""
    return [hashlib.sha256(f"{name}{at}".encode()).hexdigest() for at in range(pages)]


def content(seed: int, parts: int = 2) -> bytes:
    """A page's content."""
    return bytes((seed * 7 + at) % 251 for at in range(parts * PART))


def config(settings: dict[str, object], model: str = "org/model", **others: object) -> HiCacheStorageConfig:
    """What SGLang tells a backend of an engine of two ranks."""
    facts: dict[str, object] = {"tp_rank": 0, "tp_size": 2, "pp_rank": 0, "pp_size": 1, "attn_cp_rank": 0}
    facts |= {"attn_cp_size": 1, "is_mla_model": False, "enable_storage_metrics": False}
    facts |= {"is_page_first_layout": True, "model_name": model, "extra_config": {"interface_v1": 1, **settings}}
    return HiCacheStorageConfig(**(facts | others))  # type: ignore[arg-type]


def backend(settings: dict[str, object], pool: Pool, **others: object) -> KVCachePoolStorage:
    """A backend with its pool."""
    made = KVCachePoolStorage(config(settings, **others), {})  # type: ignore[arg-type]
    made.register_mem_pool_host(pool)
    return made


@pytest.fixture
def pool() -> Pool:
    """A pool of twenty pages, the first ten with content."""
    made = Pool(20)
    for page in range(10):
        made.fill(page, content(page))
    return made


@pytest.fixture
def storage(settings: dict[str, object], pool: Pool) -> Iterator[KVCachePoolStorage]:
    """A backend over the node that the environment names."""
    made = backend(settings, pool)
    yield made
    made.close()


def test_pages_come_back_to_where_they_belong(storage: KVCachePoolStorage, pool: Pool) -> None:
    # Given
    names = hashes("back", 4)
    # When
    assert storage.batch_set_v1(names, indices([3, 1, 7, 2])) == [True] * 4
    # Then
    assert storage.batch_exists([*names, "f" * 64]) == 4
    assert storage.batch_exists([names[0], "f" * 64, names[1]]) == 1
    assert storage.exists(names[2])
    loaded = storage.batch_get_v1([names[0], "f" * 64, names[2], names[3]], indices([10, 11, 12, 19]))
    assert loaded == [True, False, True, True]
    assert [pool.page(page) for page in (10, 12, 19)] == [content(3), content(7), content(2)]
    assert pool.page(11) == bytes(2 * PART)


def test_a_page_is_one_value_under_a_key_that_the_node_can_read(storage: KVCachePoolStorage, client: Client) -> None:
    # Given
    name = hashes("one", 1)[0]
    # When
    storage.batch_set_v1([name], indices([5]))
    # Then
    key = f"sglang:org/model:page_first:bfloat16:16:pages@02000200@0@{name}".encode()
    assert client.get(key) == content(5)


def test_flat_pages(settings: dict[str, object]) -> None:
    # Given
    pool = Pool(4, "layer_first")
    storage = backend({**settings, "interface_v1": 0}, pool)
    names = hashes("flat", 3)
    values: list[Tensor] = [Flat(2 * PART, content(at)) for at in range(3)]
    # When
    assert storage.batch_set(names, values)
    # Then
    places = [Flat(2 * PART) for _ in range(4)]
    loaded = storage.batch_get([names[0], "e" * 64, *names[1:]], list(places))
    assert [page is not None for page in loaded] == [True, False, True, True]
    assert [places[at].held() for at in (0, 2, 3)] == [content(at) for at in range(3)]
    assert storage.set("d" * 64, Flat(2 * PART, content(9)))
    assert storage.get("d" * 64, Flat(2 * PART)) is not None
    assert storage.get("c" * 64, Flat(2 * PART)) is None
    storage.close()


def test_what_differs_does_not_meet(settings: dict[str, object], pool: Pool) -> None:
    # Given
    name = hashes("differs", 1)[0]
    first = backend(settings, pool)
    first.batch_set_v1([name], indices([0]))
    others = [
        backend(settings, pool, tp_rank=1),
        backend(settings, pool, tp_size=1),
        backend(settings, pool, model="other"),
        backend(settings, Pool(1, "page_first_direct")),
        backend({**settings, "cache_salt": "tenant"}, pool),
        backend({**settings, "interface_v1": 0}, pool),
    ]
    # When, Then
    assert first.exists(name)
    assert [other.exists(name) for other in others] == [False] * 6
    for each in (first, *others):
        each.close()


def test_replicated_pages_are_shared_by_all_ranks(settings: dict[str, object], pool: Pool) -> None:
    # Given a model whose ranks all hold the same, of which the first one writes
    writer = backend(settings, pool, is_mla_model=True)
    reader = backend(settings, pool, is_mla_model=True, tp_rank=1)
    name = hashes("replicated", 1)[0]
    # When
    writer.batch_set_v1([name], indices([4]))
    # Then
    assert reader.batch_get_v1([name], indices([15])) == [True]
    assert pool.page(15) == content(4)
    # But a state that is cut by ranks is each one's own
    for each in (writer, reader):
        each.register_mem_host_pool_v2(Pool(2, parts=1), PoolName.MAMBA)
    state = PoolTransfer(PoolName.MAMBA, host_indices=indices([0]), keys=[name])
    assert writer.batch_set_v2([state]) == {PoolName.MAMBA: [True]}
    assert reader.batch_get_v2([state]) == {PoolName.MAMBA: [False]}
    assert writer.batch_get_v2([state]) == {PoolName.MAMBA: [True]}
    writer.close()
    reader.close()


def test_prefixes_over_several_pools(storage: KVCachePoolStorage) -> None:
    # Given keys and values of six pages, an index of five, and states at the ends of three and five
    names = hashes("prefix", 7)
    storage.batch_set_v1(names[:6], indices(range(6)))
    index, state = Pool(10, parts=1), Pool(10, parts=1)
    storage.register_mem_host_pool_v2(index, PoolName.INDEXER)
    storage.register_mem_host_pool_v2(state, PoolName.SWA)
    storage.batch_set_v2(
        [
            PoolTransfer(PoolName.INDEXER, host_indices=indices(range(5)), keys=names[:5]),
            PoolTransfer(PoolName.SWA, host_indices=indices([0, 1, 2, 3]), keys=[names[at] for at in (1, 2, 4, 5)]),
        ]
    )
    # When
    found = storage.batch_exists_v2(
        names,
        [
            PoolTransfer(PoolName.INDEXER),
            PoolTransfer(PoolName.SWA, keys=names[:2], hit_policy=PoolHitPolicy.TRAILING_PAGES),
        ],
    )
    # Then
    assert found.kv_hit_pages == 3
    assert found.extra_pool_hit_pages == {PoolName.KV: 6, PoolName.INDEXER: 5, PoolName.SWA: 6}
    assert found.restorable_prefix_pages == [3]
    assert storage.batch_exists_v2(names).restorable_prefix_pages == [1, 2, 3, 4, 5, 6]
    assert storage.batch_exists_v2(["a" * 64]).kv_hit_pages == 0


def test_pages_that_nobody_knows_are_misses(storage: KVCachePoolStorage) -> None:
    names = hashes("unknown", 2)
    assert storage.batch_get_v1(names, indices([0])) == [False, False]
    assert storage.batch_set_v1(names, indices([0, 1, 2])) == [False, False]
    assert storage.batch_get_v2([PoolTransfer(PoolName.SWA, indices([0]), keys=names[:1])]) == {PoolName.SWA: [False]}


def test_a_pool_that_only_hands_out_indices(settings: dict[str, object]) -> None:
    # Given
    pool = Pool(1)
    pool.kv_buffer = None
    storage = backend(settings, pool)
    # When, Then
    assert storage.batch_exists(hashes("logical", 3)) == 3
    assert storage.batch_get_v1(hashes("logical", 1), indices([0])) == [True]
    storage.close()


def test_a_dead_node_is_misses(own: NodeProcess, pool: Pool) -> None:
    # Given
    storage = backend({"url": own.resp_socket, "memory_socket": own.memory_socket}, pool)
    names = hashes("dead", 3)
    assert storage.batch_set_v1(names, indices([0, 1, 2])) == [True] * 3
    # When
    own.kill()
    # Then
    assert storage.batch_exists(names) == 0
    assert storage.batch_get_v1(names, indices([10, 11, 12])) == [False] * 3
    assert storage.batch_set_v1(names, indices([0, 1, 2])) == [False] * 3
    storage.clear()
    # When
    own.start()
    wait_until(lambda: all(storage.batch_set_v1(names, indices([0, 1, 2]))), "the node is used again")
    # Then
    assert storage.batch_get_v1(names, indices([10, 11, 12])) == [True] * 3
    assert pool.page(12) == content(2)
    storage.close()


def test_only_who_may_clears(own: NodeProcess, pool: Pool) -> None:
    # Given
    settings: dict[str, object] = {"url": own.resp_socket}
    careful, careless = backend(settings, pool), backend({**settings, "allow_clear": True}, pool)
    name = hashes("clear", 1)[0]
    careful.batch_set_v1([name], indices([0]))
    # When, Then
    careful.clear()
    assert careful.exists(name)
    careless.clear()
    assert not careful.exists(name)
    careful.close()
    careless.close()


def test_what_can_not_be_is_said(settings: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="layout is 'layer_first': interface_v1 needs"):
        backend(settings, Pool(1, "layer_first"))
    with pytest.raises(ValueError, match="heads split over keys"):
        backend(settings, Pool(1), should_split_heads=True)
    with pytest.raises(ValueError, match="cache_salt is 'a/b'"):
        backend({**settings, "cache_salt": "a/b"}, Pool(1))
    with pytest.raises(ValueError, match="url is None"):
        backend({}, Pool(1))
    with pytest.raises(ValueError, match="at most 255 ranks"):
        backend(settings, Pool(1), tp_size=300)
