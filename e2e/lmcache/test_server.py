"""LMCache's multiprocess server, a process of its own, over a node: by its `resp` adapter and by our plugin."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from adapters import KINDS, delete, keys, l2_adapter
from processes import CacheNode, LMCacheServer, wait_until
from worker import MODEL, Worker


@pytest.fixture
def node(tmp_path: Path) -> Iterator[CacheNode]:
    """A node that holds what this test's servers stored, and nothing else."""
    started = CacheNode(tmp_path, "server", "--host-size", "128Mi")
    yield started
    started.close()


@pytest.fixture(params=[*KINDS, "valkey"])
def kind(request: pytest.FixtureRequest) -> str:
    """Each adapter."""
    return str(request.param)


@pytest.fixture
def server(node: CacheNode, kind: str, tmp_path: Path) -> Iterator[LMCacheServer]:
    """LMCache's server with that adapter."""
    started = LMCacheServer(tmp_path, "first", l2_adapter(kind, node))
    yield started
    started.close()


@pytest.fixture
def worker(server: LMCacheServer) -> Iterator[Worker]:
    """An engine's worker at that server."""
    made = Worker(server.rpc, server.http)
    yield made
    made.close()


def stored(node: CacheNode, chunks: int) -> None:
    """Waits until a node holds so many chunks: LMCache's server stores in L2 on the side."""
    wait_until(lambda: len(keys(node, f"{MODEL}@*")) == chunks, f"the node holds {chunks} chunks")


def test_what_was_stored_comes_back_once_the_server_has_forgotten_it(
    node: CacheNode, server: LMCacheServer, worker: Worker
) -> None:
    # Given
    digests = {prompt: worker.store(prompt) for prompt in range(3)}
    stored(node, 6)
    # When
    server.forget()
    # Then it is read from the node
    assert {prompt: worker.read(prompt) for prompt in range(3)} == digests
    assert worker.look_up(99) == 0


def test_another_server_reads_it_through_another_adapter(
    node: CacheNode, worker: Worker, kind: str, tmp_path: Path
) -> None:
    # Given
    digests = worker.store(1)
    stored(node, 2)
    other = "plugin-tcp" if kind == "resp" else "resp"
    # When
    second = LMCacheServer(tmp_path, "second", l2_adapter(other, node))
    reader = Worker(second.rpc, second.http)
    # Then
    assert reader.read(1) == digests
    reader.close()
    second.close()


def test_a_chunk_that_the_node_gave_up_ends_the_prefix(node: CacheNode, server: LMCacheServer, worker: Worker) -> None:
    # Given
    digests = worker.store(1)
    stored(node, 2)
    held = keys(node, f"{MODEL}@*")
    server.forget()
    # When one of two goes
    delete(node, held[0])
    # Then the first is found alone, or none, and right
    found = worker.read(1)
    assert found in ([], digests[:1])
    # and the server stores it again
    server.forget()
    assert len(found or []) == worker.look_up(1)
