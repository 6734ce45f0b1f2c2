"""A node as an engine's adapter sees it."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator, Sequence
from queue import Empty, SimpleQueue

from kvcachepool._batch import Batch, Operation, Share
from kvcachepool._client import Client
from kvcachepool._memory import Parts, size_of
from kvcachepool._outage import Outage
from kvcachepool._settings import NodeSettings
from kvcachepool._worker import Worker

_MOST_WAITING = 1 << 16
_LEAST_BYTES = 1 << 20
_LEAST_KEYS = 256


class Node:
    """A cache-node, through worker threads with a connection each. Thread-safe.

    A node that can't be reached, or takes too long, holds nothing and takes nothing: no call here raises for it. A request's
    buffers are used until its outcome is there, and no longer. Values and places are lists of contiguous byte views; a value
    is loaded only where it has exactly as many bytes as its place. In a forked process, which has no workers, nothing is there.
    """

    def __init__(self, settings: NodeSettings) -> None:
        self._settings = settings
        self._queue: SimpleQueue[Share | None] = SimpleQueue()
        self._outage = Outage(str(settings.address))
        self._lock = threading.Lock()
        self._waiting = 0
        self._closed = False
        self._process = os.getpid()
        self._workers = [self._worker(number) for number in range(settings.connections)]
        for worker in self._workers:
            worker.start()

    def _worker(self, number: int) -> Worker:
        settings = self._settings
        return Worker(
            f"kvcachepool-{number}", self._queue, self._connect, self._outage, settings.timeout, settings.verify
        )

    def _connect(self, until: float) -> Client:
        settings = self._settings
        return Client(
            settings.address,
            settings.memory_socket,
            password=settings.password,
            user=settings.user,
            timeout=settings.timeout,
            until=until,
        )

    @property
    def healthy(self) -> bool:
        """Whether the node answered when it was asked last."""
        return not self._closed and self._outage.healthy

    def submit(
        self,
        operation: Operation,
        keys: Sequence[bytes],
        values: Sequence[Parts],
        done: Callable[[list[bool]], None],
    ) -> None:
        """Starts a request; `done` gets an outcome for each key, in another thread or in this one, and must not raise.

        Args:
            values: for each key where to load it to, or what to store; empty for other operations.
        """
        if values and len(values) != len(keys):
            raise ValueError(f"{len(keys)} keys and {len(values)} values")
        if not keys or self._process != os.getpid():
            # Before any lock: a thread that is not there any more may have held it.
            done([False] * len(keys))
            return
        batch = Batch(len(keys), lambda outcomes: self._end(outcomes, done))
        with self._lock:
            refused = self._closed or self._waiting + len(keys) > _MOST_WAITING
            self._waiting += len(keys)
            if not refused:
                for run in self._shares(keys, values):
                    share = Share(batch, operation, run.start, keys[run.start : run.stop], values[run.start : run.stop])
                    self._queue.put(share)
        if refused:
            batch.end(0, [False] * len(keys))

    def _end(self, outcomes: list[bool], done: Callable[[list[bool]], None]) -> None:
        with self._lock:
            self._waiting -= len(outcomes)
        done(outcomes)

    def _shares(self, keys: Sequence[bytes], values: Sequence[Parts]) -> Iterator[range]:
        """As many as there are workers, of like sizes, unless they were too small to be worth it."""
        weights = [size_of(value) for value in values] if values else [1] * len(keys)
        least = _LEAST_BYTES if values else _LEAST_KEYS
        most = max(least, -(-sum(weights) // len(self._workers)))
        start, held = 0, 0
        for at, weight in enumerate(weights):
            if at > start and held + weight > most:
                yield range(start, at)
                start, held = at, 0
            held += weight
        yield range(start, len(keys))

    def _ask(self, operation: Operation, keys: Sequence[bytes], values: Sequence[Parts]) -> list[bool]:
        ended = threading.Event()
        result: list[bool] = []

        def done(outcomes: list[bool]) -> None:
            result.extend(outcomes)
            ended.set()

        self.submit(operation, keys, values, done)
        # Workers end each share in bounded time, and must have done so before the caller's memory can be used again.
        ended.wait()
        return result

    def load(self, keys: Sequence[bytes], into: Sequence[Parts]) -> list[bool]:
        """Reads values to their places; of each whether it is there as a whole."""
        return self._ask(Operation.LOAD, keys, into)

    def store(self, keys: Sequence[bytes], values: Sequence[Parts]) -> list[bool]:
        """Stores values; of each whether the node has taken it."""
        return self._ask(Operation.STORE, keys, values)

    def exists(self, keys: Sequence[bytes]) -> list[bool]:
        """Of each key whether it has a value; those that have are kept for the node's read lease."""
        return self._ask(Operation.EXISTS, keys, [])

    def delete(self, keys: Sequence[bytes]) -> list[bool]:
        """Removes keys; of each whether it was there."""
        return self._ask(Operation.DELETE, keys, [])

    def clear(self) -> bool:
        """Removes everything that the node holds, whoever stored it; whether it has done so."""
        return self._ask(Operation.CLEAR, [b""], [])[0]

    def close(self) -> None:
        """Cuts short what is being done, fails what waits, and ends all connections. May be called more than once."""
        with self._lock:
            if self._closed:
                return
            self._closed = True
        self._fail_waiting()
        for _ in self._workers:
            self._queue.put(None)
        for worker in self._workers:
            worker.close(2 * self._settings.timeout)

    def _fail_waiting(self) -> None:
        while True:
            try:
                share = self._queue.get_nowait()
            except Empty:
                return
            if share is not None:
                share.fail()
