"""One request of an engine, done in shares by several workers."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum

from kvcachepool._memory import Parts


_LOG = logging.getLogger("kvcachepool")


class Operation(Enum):
    """What is to be done with keys."""

    LOAD = "load"
    STORE = "store"
    EXISTS = "exists"
    DELETE = "delete"
    CLEAR = "clear"
    """Of everything; its key means nothing."""


class Batch:
    """Collects what comes of the shares of a request. Thread-safe.

    `done` is called once, by the thread that ends the last share, with an outcome for each key.
    """

    def __init__(self, keys: int, done: Callable[[list[bool]], None]) -> None:
        self._outcomes = [False] * keys
        self._left = keys
        self._done = done
        self._lock = threading.Lock()

    def end(self, at: int, outcomes: list[bool]) -> None:
        """A share that begins at a key has come to its end."""
        with self._lock:
            self._outcomes[at : at + len(outcomes)] = outcomes
            self._left -= len(outcomes)
            last = self._left == 0
        if last:
            try:
                self._done(self._outcomes)
            except Exception:
                # The engine's own, a listener of its for example; the worker goes on.
                _LOG.exception("the end of a request failed")


@dataclass(frozen=True)
class Share:
    """Part of a batch, for one worker.

    Attributes:
        at: which of the batch's keys is the first one.
        values: where to load to, or what to store; empty for other operations.
    """

    batch: Batch
    operation: Operation
    at: int
    keys: Sequence[bytes]
    values: Sequence[Parts]

    def end(self, outcomes: list[bool]) -> None:
        """Says what has come of it."""
        self.batch.end(self.at, outcomes)

    def fail(self) -> None:
        """Says that nothing has."""
        self.end([False] * len(self.keys))
