"""A node that is killed and started again where it was, in the middle of LMCache's work."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from adapters import keys, l2_adapter
from engine import Engine, content
from processes import CacheNode, LMCacheServer, wait_until
from worker import MODEL, Worker


class Traffic:
    """Puts and reads chunks until it is told to end, and remembers which came back wrong."""

    def __init__(self, engine: Engine) -> None:
        self.wrong: list[int] = []
        self.right = 0
        self._engine = engine
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def _run(self) -> None:
        number = 0
        while not self._ending.is_set():
            number += 1
            self._engine.put([number % 50])
            got = self._engine.get((number * 7) % 50)
            if got is None:
                continue
            if got == content((number * 7) % 50):
                self.right += 1
            else:
                self.wrong.append(number)

    def end(self) -> None:
        """Ends it."""
        self._ending.set()
        self._thread.join(60)
        assert not self._thread.is_alive(), "LMCache hangs"


@pytest.mark.parametrize("scheme", ["redis", "unix", "valkey"])
def test_a_client_that_connects_anew_goes_on_by_itself(own: CacheNode, scheme: str) -> None:
    # Given
    engine = Engine(own.url(scheme))
    traffic = Traffic(engine)
    wait_until(lambda: traffic.right > 20, "values come back")
    # When
    own.kill()
    own.start()
    # Then
    before = traffic.right
    wait_until(lambda: traffic.right > before + 20, "values come back again")
    traffic.end()
    assert traffic.wrong == []
    engine.close()


@pytest.mark.parametrize("scheme", ["resp", "lm"])
def test_one_that_does_not_misses_until_it_is_made_anew(own: CacheNode, scheme: str) -> None:
    # Given clients that keep the connections of their start
    engine = Engine(own.url(scheme))
    assert engine.put(range(8))
    assert [engine.holds(number) for number in range(8)] == [True] * 8
    # When
    own.kill()
    own.start()
    # Then it finds nothing, and does not hang
    assert [engine.holds(number) for number in range(8)] == [False] * 8
    engine.put([0])
    assert not engine.holds(0)
    # When LMCache is started anew
    again = Engine(own.url(scheme))
    # Then
    assert again.put([0])
    assert again.holds(0)
    assert again.get(0) == content(0)
    again.close()
    engine.close()


@pytest.fixture
def server_and_worker(own: CacheNode, kind: str, tmp_path: Path):
    """LMCache's server over the node that is killed."""
    server = LMCacheServer(tmp_path, "survivor", l2_adapter(kind, own))
    worker = Worker(server.rpc, server.http)
    yield server, worker
    worker.close()
    server.close()


def hold_two_chunks(node: CacheNode, worker: Worker) -> None:
    """Stores a prompt and waits until the node has it."""
    worker.store(0)
    wait_until(lambda: len(keys(node, f"{MODEL}@*")) == 2, "the node holds it")


def require_stores_and_loads(node: CacheNode, server: LMCacheServer, worker: Worker) -> None:
    """What is stored from now on is soon at the node, and comes back from there right."""
    prompts = iter(range(10, 10_000))
    stored: dict[int, list[str]] = {}

    def reaches_the_node() -> bool:
        prompt = next(prompts)
        stored[prompt] = worker.store(prompt)
        return len(keys(node, f"{MODEL}@*")) >= 2

    wait_until(reaches_the_node, "stores reach the node again")
    server.forget()
    found = {prompt: worker.read(prompt) for prompt in stored}
    assert all(digests is not None and digests == stored[prompt][: len(digests)] for prompt, digests in found.items())
    assert sum(len(digests or []) for digests in found.values()) >= 2


@pytest.mark.parametrize("kind", ["plugin-tcp", "plugin-memory"])
def test_lmcaches_server_goes_on_by_our_plugin(
    own: CacheNode, server_and_worker: tuple[LMCacheServer, Worker]
) -> None:
    # Given
    server, worker = server_and_worker
    hold_two_chunks(own, worker)
    # When
    own.kill()
    # Then its own memory serves as ever
    digests = worker.store(1)
    assert worker.read(1) == digests
    # When
    own.start()
    # Then
    require_stores_and_loads(own, server, worker)


@pytest.mark.parametrize("kind", ["valkey"])
def test_lmcaches_server_goes_on_by_valkeys_client(
    own: CacheNode, server_and_worker: tuple[LMCacheServer, Worker]
) -> None:
    # Given
    server, worker = server_and_worker
    hold_two_chunks(own, worker)
    # When
    own.kill()
    own.start()
    # Then
    require_stores_and_loads(own, server, worker)


@pytest.mark.parametrize("kind", ["resp"])
def test_lmcaches_server_goes_on_without_its_native_client(
    own: CacheNode, server_and_worker: tuple[LMCacheServer, Worker]
) -> None:
    # Given
    server, worker = server_and_worker
    hold_two_chunks(own, worker)
    # When
    own.kill()
    own.start()
    # Then it serves from its own memory, and from the node no more until it is started anew
    digests = worker.store(1)
    assert worker.read(1) == digests
    server.forget()
    assert worker.look_up(1) == 0
    assert keys(own, f"{MODEL}@*") == []
