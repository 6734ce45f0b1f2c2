"""LMCache's adapter, called as its controllers call it; with KVP_REAL_ENGINES set under LMCache's own classes."""

from __future__ import annotations

import os
import random
import select
import threading
from collections.abc import Callable, Iterator
from time import monotonic
from typing import TYPE_CHECKING, TypeVar

import pytest
from lmcache.lmcache_native import Bitmap
from lmcache.v1.distributed.api import ObjectKey
from lmcache.v1.distributed.internal_api import L2AdapterListener, L2StoreResult
from nodes import NodeProcess, wait_until
from objects import memory_object

from kvcachepool import Client
from kvcachepool._bytes import bytes_of
from kvcachepool.lmcache import KVCachePoolL2Adapter, KVCachePoolL2AdapterConfig, key_of

if TYPE_CHECKING:
    from lmcache.v1.memory_management import TensorMemoryObj

MIB = 1 << 20
Outcome = TypeVar("Outcome")


def object_key(number: int, rank: int = 0, group: int = 0, salt: str = "") -> ObjectKey:
    """A key of a model of two ranks."""
    return ObjectKey(number.to_bytes(32, "big"), "org/model", 2 << 24 | rank << 16 | 2 << 8 | rank, group, salt)


def filled(content: bytes) -> TensorMemoryObj:
    """A memory object that holds something."""
    item = memory_object(len(content))
    bytes_of(item.byte_array)[:] = content
    return item


def held(item: TensorMemoryObj) -> bytes:
    """What a memory object holds."""
    return item.byte_array.tobytes()


class Witness(L2AdapterListener):
    """Remembers what it was told."""

    def __init__(self) -> None:
        self.stored: list[tuple[ObjectKey, int]] = []
        self.accessed: list[ObjectKey] = []
        self.deleted: list[ObjectKey] = []

    def on_l2_keys_stored(self, keys: list[ObjectKey], sizes: list[int]) -> None:
        self.stored += zip(keys, sizes, strict=True)

    def on_l2_keys_accessed(self, keys: list[ObjectKey]) -> None:
        self.accessed += keys

    def on_l2_keys_deleted(self, keys: list[ObjectKey]) -> None:
        self.deleted += keys


def wait_for(descriptor: int, ask: Callable[[], Outcome | None]) -> Outcome:
    """Waits for an outcome as LMCache's controllers do: by poll, then by reading the event away."""
    poller = select.poll()
    poller.register(descriptor, select.POLLIN)
    until = monotonic() + 30
    while monotonic() < until:
        if poller.poll(1000):
            os.eventfd_read(descriptor)
            outcome = ask()
            if outcome is not None:
                return outcome
    raise AssertionError("no outcome in time")


def store(adapter: KVCachePoolL2Adapter, keys: list[ObjectKey], contents: list[bytes]) -> L2StoreResult:
    """Stores and waits."""
    task = adapter.submit_store_task(keys, [filled(content) for content in contents])
    return wait_for(adapter.get_store_event_fd(), lambda: adapter.pop_completed_store_tasks().get(task))


def look_up(adapter: KVCachePoolL2Adapter, keys: list[ObjectKey]) -> list[bool]:
    """Looks up and waits."""
    task = adapter.submit_lookup_and_lock_task(keys, {})
    descriptor = adapter.get_lookup_and_lock_event_fd()
    return bits(wait_for(descriptor, lambda: adapter.query_lookup_and_lock_result(task)))


def load(adapter: KVCachePoolL2Adapter, keys: list[ObjectKey], items: list[TensorMemoryObj]) -> list[bool]:
    """Loads and waits."""
    task = adapter.submit_load_task(keys, list(items))
    return bits(wait_for(adapter.get_load_event_fd(), lambda: adapter.query_load_result(task)))


def bits(bitmap: Bitmap) -> list[bool]:
    """A bitmap as a list."""
    return [bitmap.test(at) for at in range(bitmap.size())]


@pytest.fixture
def adapter(settings: dict[str, object]) -> Iterator[KVCachePoolL2Adapter]:
    """An adapter over the node that the environment names."""
    made = KVCachePoolL2Adapter(KVCachePoolL2AdapterConfig.from_dict(settings))
    yield made
    made.close()


def test_keys_are_written_as_lmcache_writes_them() -> None:
    digest = bytes(range(32))
    assert (
        key_of(ObjectKey(digest, "org/model", 0x02010201, 10))
        == b"org/model@02010201@a@000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
    )
    assert key_of(ObjectKey(digest, "m", 0x01000100, 0, "tenant")).endswith(b"1e1f@tenant")


def test_events_are_distinct(adapter: KVCachePoolL2Adapter) -> None:
    descriptors = {
        adapter.get_store_event_fd(),
        adapter.get_lookup_and_lock_event_fd(),
        adapter.get_load_event_fd(),
    }
    assert len(descriptors) == 3


def test_what_was_stored_is_found_and_loaded(adapter: KVCachePoolL2Adapter, client: Client) -> None:
    # Given
    keys = [object_key(at, rank) for at in range(3) for rank in range(2)]
    contents = [random.Random(at).randbytes(MIB + at) for at in range(6)]
    witness = Witness()
    adapter.register_listener(witness)
    # When
    result = store(adapter, keys, contents)
    # Then
    assert result.is_successful()
    assert result.bytes_transferred() == sum(map(len, contents))
    assert client.get(key_of(keys[3])) == contents[3]
    # When
    found = look_up(adapter, [*keys[:2], object_key(1000), *keys[2:]])
    # Then
    assert found == [True, True, False, True, True, True, True]
    # When
    items = [memory_object(len(content)) for content in contents]
    loaded = load(adapter, keys, items)
    adapter.submit_unlock(keys)
    # Then
    assert loaded == [True] * 6
    assert [held(item) for item in items] == contents
    wait_until(lambda: witness.accessed == keys, "the listener knows")
    assert witness.stored == [(key, len(content)) for key, content in zip(keys, contents, strict=True)]


def test_an_outcome_is_told_once(adapter: KVCachePoolL2Adapter) -> None:
    # Given
    task = adapter.submit_lookup_and_lock_task([object_key(2000)], {})
    assert bits(
        wait_for(adapter.get_lookup_and_lock_event_fd(), lambda: adapter.query_lookup_and_lock_result(task))
    ) == [False]
    # When, Then
    assert adapter.query_lookup_and_lock_result(task) is None
    assert adapter.query_load_result(task) is None
    assert adapter.pop_completed_store_tasks() == {}


def test_an_object_of_another_size_is_a_miss(adapter: KVCachePoolL2Adapter) -> None:
    # Given
    keys = [object_key(3000), object_key(3001)]
    store(adapter, keys, [b"x" * 1000, b"y" * 1000])
    # When
    items = [memory_object(1001), memory_object(1000)]
    # Then
    assert load(adapter, keys, items) == [False, True]
    assert held(items[1]) == b"y" * 1000


def test_what_is_gone_is_counted_off(adapter: KVCachePoolL2Adapter, client: Client) -> None:
    # Given
    witness = Witness()
    adapter.register_listener(witness)
    keys = [object_key(4000 + at) for at in range(3)]
    store(adapter, keys, [b"a" * 100, b"b" * 200, b"c" * 300])
    store(adapter, keys[:1], [b"a" * 100])
    assert sum(size for _, size in witness.stored) == 600
    # When the node gives one up, and LMCache removes another
    client.delete(key_of(keys[1]))
    assert look_up(adapter, keys) == [True, False, True]
    adapter.delete(keys[2:])
    # Then
    wait_until(lambda: witness.deleted == [keys[1], keys[2]], "the listener knows")
    assert look_up(adapter, keys) == [True, False, False]


def test_salts_keep_apart(adapter: KVCachePoolL2Adapter) -> None:
    # Given
    mine, theirs = object_key(5000, salt="mine"), object_key(5000, salt="theirs")
    store(adapter, [mine], [b"mine"])
    # When, Then
    assert look_up(adapter, [mine, theirs]) == [True, False]


def test_two_threads_at_once(adapter: KVCachePoolL2Adapter) -> None:
    # Given what the store controller and the prefetch controller do
    keys = [object_key(6000 + at) for at in range(20)]
    contents = [bytes([at]) * 100_000 for at in range(20)]
    failures: list[str] = []

    def storing() -> None:
        for _ in range(20):
            if not store(adapter, keys, contents).is_successful():
                failures.append("a store failed")

    def loading() -> None:
        for _ in range(20):
            items = [memory_object(100_000) for _ in keys]
            for good, item, content in zip(load(adapter, keys, items), items, contents, strict=True):
                if good and held(item) != content:
                    failures.append("wrong bytes")

    threads = [threading.Thread(target=storing), threading.Thread(target=loading)]
    # When
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    # Then
    assert not any(thread.is_alive() for thread in threads)
    assert failures == []


def test_a_dead_node_is_misses_and_failed_stores(own: NodeProcess) -> None:
    # Given
    parameters: dict[str, object] = {"url": own.resp_socket, "memory_socket": own.memory_socket}
    adapter = KVCachePoolL2Adapter(KVCachePoolL2AdapterConfig.from_dict(parameters))
    keys = [object_key(7000 + at) for at in range(4)]
    contents = [b"z" * 1000] * 4
    witness = Witness()
    adapter.register_listener(witness)
    assert store(adapter, keys, contents).is_successful()
    assert adapter.report_status()["is_healthy"] is True
    # When
    own.kill()
    # Then
    assert look_up(adapter, keys) == [False] * 4
    assert load(adapter, keys, [memory_object(1000) for _ in keys]) == [False] * 4
    assert not store(adapter, keys, contents).is_successful()
    adapter.delete(keys)
    assert adapter.report_status()["is_healthy"] is False
    assert witness.deleted == []
    # When
    own.start()
    wait_until(lambda: store(adapter, keys, contents).is_successful(), "the node is used again")
    # Then
    items = [memory_object(1000) for _ in keys]
    assert load(adapter, keys, items) == [True] * 4
    assert [held(item) for item in items] == contents
    adapter.close()


class Elsewhere:
    """Stands in for a memory object whose bytes are not in host memory, as LMCache's GPU-direct ones."""

    @property
    def byte_array(self) -> bytes:
        raise NotImplementedError("no buffer protocol")


def test_memory_that_can_not_be_reached_fails_its_task_alone(adapter: KVCachePoolL2Adapter) -> None:
    keys = [object_key(8500), object_key(8501)]
    # When
    stored = adapter.submit_store_task(keys, [filled(b"here"), Elsewhere()])
    loaded = adapter.submit_load_task(keys, [Elsewhere(), Elsewhere()])
    # Then
    result = wait_for(adapter.get_store_event_fd(), lambda: adapter.pop_completed_store_tasks().get(stored))
    assert not result.is_successful()
    assert bits(wait_for(adapter.get_load_event_fd(), lambda: adapter.query_load_result(loaded))) == [False, False]
    assert store(adapter, keys, [b"a", b"b"]).is_successful()


def test_after_closing_nothing_is_there(adapter: KVCachePoolL2Adapter) -> None:
    # Given
    descriptor = adapter.get_load_event_fd()
    # When
    adapter.close()
    adapter.close()
    # Then
    with pytest.raises(OSError):
        os.eventfd_read(descriptor)
    assert adapter.submit_load_task([object_key(8000)], [memory_object(1)]) >= 0


def test_wrong_parameters_are_named() -> None:
    with pytest.raises(ValueError, match="unknown setting 'socket', allowed are url, memory_socket"):
        KVCachePoolL2AdapterConfig.from_dict({"url": "/s", "socket": "/m"})
    with pytest.raises(ValueError, match="max_capacity_gb is -1"):
        KVCachePoolL2AdapterConfig.from_dict({"url": "/s", "max_capacity_gb": -1})
    assert "memory_socket" in KVCachePoolL2AdapterConfig.help()
