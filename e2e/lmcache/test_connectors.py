"""LMCache in an engine's process over each `remote_url`."""

from __future__ import annotations

import itertools
import threading

import pytest
from engine import LAYERS, VALUE_BYTES, Engine, content
from processes import CacheNode

_numbers = itertools.count(0, 1000)


@pytest.fixture
def first() -> int:
    """A thousand chunks that no other test uses."""
    return next(_numbers)


def test_what_was_put_is_found_and_read(engine: Engine, first: int) -> None:
    # Given
    assert not engine.holds(first)
    # When
    assert engine.put([first])
    # Then
    assert engine.holds(first)
    assert engine.get(first) == content(first)


def test_another_engine_reads_what_one_stored(node: CacheNode, engine: Engine, scheme: str, first: int) -> None:
    # Given
    assert engine.put(range(first, first + 4))
    assert engine.holds(first + 3)
    # When
    other = Engine(node.url(scheme))
    # Then
    assert [other.get(number) for number in range(first, first + 4)] == [content(first + at) for at in range(4)]
    other.close()


def test_a_batch_comes_back_in_its_order(engine: Engine, first: int) -> None:
    # Given
    numbers = range(first, first + 16)
    assert engine.put(numbers)
    assert engine.holds(first + 15)
    # When, Then
    assert engine.leading(numbers) == 16
    assert engine.get_all(reversed(numbers)) == [content(number) for number in reversed(numbers)]


def test_a_lookup_ends_at_the_first_chunk_that_is_missing(engine: Engine, first: int) -> None:
    # Given a hole
    assert engine.put([first, first + 1, first + 3])
    assert engine.holds(first + 3)
    # When, Then
    assert engine.leading(range(first, first + 4)) == 2


def test_a_miss_is_none_and_the_connection_goes_on(engine: Engine, first: int) -> None:
    # Given
    assert engine.put([first])
    assert engine.holds(first)
    for number in range(3):
        # When
        missing = engine.get(first + 500 + number)
        # Then
        assert missing is None
        assert engine.get(first) == content(first)


@pytest.mark.parametrize("scheme", ["resp"])
def test_workers_that_wait_for_a_miss_come_back(engine: Engine, first: int) -> None:
    # Given a miss on each of its connections, of a client that waits for ever for a value
    assert engine.put([first])
    assert engine.holds(first)
    # When
    assert engine.get_all(range(first + 500, first + 508)) == [None] * 8
    # Then lookups, for which LMCache has no time-out, have an answer
    assert engine.leading([first]) == 1
    assert engine.get(first) == content(first)


def test_a_hole_in_a_batch_brings_no_wrong_byte(engine: Engine, first: int) -> None:
    # Given
    numbers = list(range(first, first + 8))
    assert engine.put([number for number in numbers if number != first + 5])
    assert engine.holds(first + 7)
    # When
    got = engine.get_all(numbers)
    # Then what is there is right, and the hole is no hit
    assert got[5] is None
    assert all(item in (None, content(number)) for number, item in zip(numbers, got, strict=True))
    # and the connection goes on
    assert engine.get_all(numbers[:5]) == [content(number) for number in numbers[:5]]


def test_the_last_value_of_a_key_is_read(engine: Engine, first: int) -> None:
    # Given
    assert engine.put([first])
    assert engine.holds(first)
    # When
    assert engine.put([first], seed=7)
    # Then
    assert engine.holds(first)
    assert engine.get(first) == content(first + 7)


# Not resp://, which takes what its memory held before for such a value (docs/lmcache.md).
@pytest.mark.parametrize("scheme", ["redis", "unix", "valkey", "lm"])
def test_a_value_of_another_size_brings_no_wrong_byte(node: CacheNode, engine: Engine, scheme: str, first: int) -> None:
    # Given a model under one name with twice the layers in another engine
    larger = Engine(node.url(scheme), layers=2 * LAYERS)
    assert larger.put([first])
    assert larger.holds(first)
    # When
    got = engine.get(first)
    # Then it is that value as a whole, or a miss
    assert got in (None, content(first, 2 * VALUE_BYTES))
    assert larger.get(first) == content(first, 2 * VALUE_BYTES)
    larger.close()


def test_many_threads_at_once(engine: Engine, first: int) -> None:
    # Given
    wrong: list[str] = []

    def work(start: int) -> None:
        for number in range(start, start + 8):
            if not engine.put([number]) or not engine.holds(number):
                wrong.append(f"{number} was not stored")
            for back in range(start, number + 1):
                if engine.get(back) != content(back):
                    wrong.append(f"{back} came back wrong")

    # When
    threads = [threading.Thread(target=work, args=(first + 100 * at,)) for at in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    # Then
    assert wrong == []
