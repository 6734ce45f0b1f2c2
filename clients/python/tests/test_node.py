"""Many values at once, and nodes that fail."""

from __future__ import annotations

import os
import random
import signal
import threading
from pathlib import Path
from time import monotonic, sleep

import pytest
from nodes import DeafServer, NodeProcess, wait_until

from kvcachepool import Client, Node, NodeSettings
from kvcachepool._batch import Operation

KIB = 1 << 10
MIB = 1 << 20


def key(name: str) -> bytes:
    """An engine's key."""
    return b"node@01000100@0@" + name.encode().hex().rjust(64, "0").encode()


def views(values: list[bytearray]) -> list[list[memoryview]]:
    """Each as one piece."""
    return [[memoryview(value)] for value in values]


def test_many_values_of_all_sizes_come_back(node: Node) -> None:
    # Given
    seed = random.randrange(1 << 32)
    print(f"seed {seed}")
    dice = random.Random(seed)
    sizes = [dice.choice([1, 100, 4 * KIB, 70 * KIB, MIB, 3 * MIB + 1]) for _ in range(60)]
    values = [bytearray(dice.randbytes(size)) for size in sizes]
    keys = [key(f"many{at}") for at in range(len(sizes))]
    # When
    assert node.store(keys, views(values)) == [True] * len(keys)
    there = node.exists([*keys, key("hole")])
    # Then: what the node has not evicted meanwhile is there as it was.
    assert not there[-1]
    places = [bytearray(size) for size in sizes]
    loaded = node.load(keys, views(places))
    assert sum(loaded) >= 5
    for at, good in enumerate(loaded):
        if good:
            assert places[at] == values[at], f"value {at} of {sizes[at]} bytes"


def test_holes_are_told_apart(node: Node) -> None:
    # Given
    keys = [key(f"hole{at}") for at in range(700)]
    stored = [at for at in range(700) if at % 3 == 0]
    node.store([keys[at] for at in stored], views([bytearray(b"x%d" % at) for at in stored]))
    # When
    there = node.exists(keys)
    places = [bytearray(len(b"x%d" % at)) for at in range(700)]
    loaded = node.load(keys, views(places))
    deleted = node.delete(keys)
    # Then
    expected = [at % 3 == 0 for at in range(700)]
    assert there == expected
    assert loaded == expected
    assert all(places[at] == b"x%d" % at for at in stored)
    assert deleted == expected
    assert node.exists(keys) == [False] * 700


def test_a_value_in_pieces_is_one_value(node: Node, client: Client) -> None:
    # Given
    pieces = [memoryview(bytes([at]) * (100 * KIB + at)) for at in range(5)]
    node.store([key("pieces")], [pieces])
    # When
    halves = [bytearray(300 * KIB), bytearray(200 * KIB + 10)]
    loaded = node.load([key("pieces")], [[memoryview(half) for half in halves]])
    # Then
    assert loaded == [True]
    assert b"".join(halves) == b"".join(pieces)
    assert client.get(key("pieces")) == b"".join(pieces)


def test_another_size_than_expected_is_a_miss(node: Node) -> None:
    # Given
    node.store([key("size"), key("right")], views([bytearray(1000), bytearray(b"right")]))
    right = bytearray(5)
    # When
    loaded = node.load([key("size"), key("size"), key("right")], views([bytearray(999), bytearray(1001), right]))
    # Then
    assert loaded == [False, False, True]
    assert right == b"right"


def test_what_memory_does_not_hold_is_a_miss_and_no_error(own: NodeProcess) -> None:
    # Given a node of 64 MiB
    node = Node(own.settings())
    values = [bytearray([at]) * (4 * MIB) for at in range(40)]
    keys = [key(f"full{at}") for at in range(40)]
    # When
    stored = node.store(keys, views(values))
    # Then
    assert stored == [True] * 40
    place = bytearray(4 * MIB)
    hits = 0
    for at in range(40):
        if node.load([keys[at]], views([place])) == [True]:
            hits += 1
            assert place == values[at]
    assert 4 <= hits <= 16
    node.close()


def test_a_value_beyond_the_nodes_memory_is_not_stored(own: NodeProcess) -> None:
    # Given a node of 64 MiB
    node = Node(own.settings())
    # When
    stored = node.store([key("huge"), key("small")], views([bytearray(80 * MIB), bytearray(5)]))
    # Then
    assert stored == [False, True]
    assert node.healthy
    node.close()


def test_checksums_are_compared_where_asked_for(own: NodeProcess) -> None:
    # Given
    node = Node(own.settings(verify=True))
    node.store([key("verify")], views([bytearray(b"v" * MIB)]))
    place = bytearray(MIB)
    # When, Then
    assert node.load([key("verify")], views([place])) == [True]
    assert place == b"v" * MIB
    node.close()


def test_a_node_that_is_killed_is_a_miss_and_found_again(own: NodeProcess) -> None:
    # Given
    node = Node(own.settings())
    keys = [key(f"kill{at}") for at in range(8)]
    values = [bytearray([at]) * MIB for at in range(8)]
    assert all(node.store(keys, views(values)))
    # When
    own.kill()
    # Then
    assert node.exists(keys) == [False] * 8
    assert node.load(keys, views([bytearray(MIB) for _ in keys])) == [False] * 8
    assert node.store(keys, views(values)) == [False] * 8
    assert node.delete(keys) == [False] * 8
    assert not node.healthy
    # When
    own.start()
    wait_until(lambda: all(node.store(keys, views(values))), "the node is used again")
    # Then
    places = [bytearray(MIB) for _ in keys]
    assert node.load(keys, views(places)) == [True] * 8
    assert places == values
    node.close()


def test_a_restart_that_nobody_noticed_costs_nothing(own: NodeProcess) -> None:
    # Given connections of a node's earlier life
    node = Node(own.settings())
    keys = [key(f"restart{at}") for at in range(4)]
    values = [bytearray([at]) * MIB for at in range(4)]
    assert all(node.store(keys, views(values)))
    own.kill()
    own.start()
    # When
    stored = node.store(keys, views(values))
    # Then
    assert stored == [True] * 4
    assert node.healthy
    node.close()


def test_a_node_killed_in_the_middle_loses_nothing_but_time(own: NodeProcess) -> None:
    # Given loads and stores of many threads
    node = Node(own.settings(timeout=5))
    values = {key(f"middle{at}"): bytes([at]) * (MIB // 2) for at in range(16)}
    wrong: list[bytes] = []
    rounds = [0] * 4
    stop = threading.Event()

    def work(number: int) -> None:
        names = list(values)
        while not stop.is_set():
            node.store(names, [[memoryview(values[name])] for name in names])
            places = [bytearray(MIB // 2) for _ in names]
            for name, place, good in zip(names, places, node.load(names, views(places)), strict=True):
                if good and place != values[name]:
                    wrong.append(name)
            rounds[number] += 1

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    wait_until(lambda: min(rounds) > 0, "all work")
    # When
    own.kill()
    before = list(rounds)
    wait_until(lambda: all(now > then + 1 for now, then in zip(rounds, before, strict=True)), "all go on without")
    own.start()
    wait_until(lambda: node.healthy, "the node is found again")
    stop.set()
    for thread in threads:
        thread.join(30)
    # Then
    assert not any(thread.is_alive() for thread in threads)
    assert wrong == []
    node.close()


def test_a_node_that_stalls_is_left_in_time(tmp_path: Path) -> None:
    # Given one that takes the greeting and answers nothing else
    server = DeafServer(tmp_path / "deaf", b"+OK\r\n")
    node = Node(NodeSettings(server.address, timeout=0.2, connections=2))
    began = monotonic()
    # When
    loaded = node.load([key("deaf")], views([bytearray(10)]))
    # Then
    assert loaded == [False]
    assert not node.healthy
    # When it is asked again
    wait_until(lambda: asked_again(node, server), "the node is asked again")
    # Then
    assert not node.healthy
    assert monotonic() - began < 20
    node.close()
    server.close()


def asked_again(node: Node, server: DeafServer) -> bool:
    """Asks, and says whether that went beyond the pause that a node which failed is left; it has nothing either way."""
    before = server.accepted
    assert node.exists([key("again")]) == [False]
    return server.accepted > before


def test_a_node_that_takes_a_value_too_slowly_is_left_in_time(tmp_path: Path) -> None:
    # Given one that takes something each time before a single wait is too long
    server = DeafServer(tmp_path / "slow", b"+OK\r\n", pace=128 * KIB)
    node = Node(NodeSettings(server.address, timeout=0.5, connections=1))
    began = monotonic()
    # When
    stored = node.store([key("slow")], views([bytearray(32 * MIB)]))
    # Then
    assert stored == [False]
    assert not node.healthy
    assert monotonic() - began < 5
    node.close()
    server.close()


@pytest.mark.parametrize("stalls", [False, True])
def test_a_memory_socket_of_no_use_leaves_copies(own: NodeProcess, tmp_path: Path, stalls: bool) -> None:
    # Given
    place = tmp_path / "no-memory"
    server = DeafServer(place) if stalls else None
    node = Node(own.settings(memory_socket=str(place), timeout=2))
    value = bytearray(b"v" * MIB)
    assert node.store([key("copied")], views([value])) == [True]
    for _ in range(8):
        # When
        into = bytearray(MIB)
        loaded = node.load([key("copied")], views([into]))
        # Then
        assert loaded == [True]
        assert into == value
        assert node.healthy
    node.close()
    if server is not None:
        server.close()


@pytest.mark.parametrize(
    "answer", [b"$99999999999999\r\n", b"*3\r\n:1\r\n", b"nonsense\r\n", b"$abc\r\n", b"*1\r\n" * 20, b"x" * 5000, b"$3\r\nab"]
)
def test_nonsense_is_a_miss(tmp_path: Path, answer: bytes) -> None:
    # Given
    server = DeafServer(tmp_path / "liar", b"+OK\r\n", answer)
    node = Node(NodeSettings(server.address, timeout=0.2, connections=1))
    # When, Then
    assert node.load([key("nonsense")], views([bytearray(3)])) == [False]
    wait_until(lambda: asked_again(node, server), "the node is asked again")
    assert not node.healthy
    node.close()
    server.close()


def test_closing_ends_what_waits(tmp_path: Path) -> None:
    # Given a request that the node does not answer, and others behind it
    server = DeafServer(tmp_path / "deaf", b"+OK\r\n")
    node = Node(NodeSettings(server.address, timeout=60, connections=1))
    ended: list[list[bool]] = []
    for at in range(5):
        node.submit(Operation.EXISTS, [key(f"closing{at}")], [], ended.append)
    began = monotonic()
    # When
    node.close()
    node.close()
    # Then
    wait_until(lambda: len(ended) == 5, "all requests have ended")
    assert ended == [[False]] * 5
    assert monotonic() - began < 50
    assert node.exists([key("after")]) == [False]
    server.close()


def test_too_many_requests_that_wait_are_refused(tmp_path: Path) -> None:
    # Given
    server = DeafServer(tmp_path / "deaf", b"+OK\r\n")
    node = Node(NodeSettings(server.address, timeout=60, connections=1))
    first: list[list[bool]] = []
    second: list[list[bool]] = []
    node.submit(Operation.EXISTS, [b"k"] * 65_000, [], first.append)
    # When
    node.submit(Operation.EXISTS, [b"k"] * 1_000, [], second.append)
    # Then
    assert second == [[False] * 1_000]
    assert first == []
    node.close()
    wait_until(lambda: first == [[False] * 65_000], "the first has ended")
    server.close()


def test_a_forked_process_gets_misses_and_does_not_wait_for_ever(node: Node) -> None:
    # Given
    node.store([key("forked")], views([bytearray(b"here")]))
    # When
    child = os.fork()
    if child == 0:
        os._exit(0 if node.exists([key("forked")]) == [False] else 1)
    until = monotonic() + 20
    while (ended := os.waitpid(child, os.WNOHANG))[0] == 0:
        if monotonic() > until:
            os.kill(child, signal.SIGKILL)
        sleep(0.01)
    # Then
    assert ended[1] == 0
    assert node.exists([key("forked")]) == [True]


def test_nothing_is_asked_of_nobody(node: Node) -> None:
    assert node.load([], []) == []
    with pytest.raises(ValueError, match="2 keys and 1 values"):
        node.load([b"a", b"b"], views([bytearray(1)]))
