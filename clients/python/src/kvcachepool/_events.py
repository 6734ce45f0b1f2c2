"""Outcomes of tasks, told by a file descriptor."""

from __future__ import annotations

import os
import threading
from typing import Generic, TypeVar

Outcome = TypeVar("Outcome")


class Completions(Generic[Outcome]):
    """Outcomes that are there, each to be fetched once, and an eventfd that becomes readable with each. Thread-safe."""

    def __init__(self) -> None:
        self._descriptor = os.eventfd(0, os.EFD_NONBLOCK | os.EFD_CLOEXEC)
        self._outcomes: dict[int, Outcome] = {}
        self._lock = threading.Lock()
        self._closed = False

    def fileno(self) -> int:
        """The eventfd; its reader reads it empty."""
        return self._descriptor

    def add(self, task: int, outcome: Outcome) -> None:
        """A task has ended."""
        with self._lock:
            if self._closed:
                return
            self._outcomes[task] = outcome
            os.eventfd_write(self._descriptor, 1)

    def take(self, task: int) -> Outcome | None:
        """A task's outcome, once; None while there is none."""
        with self._lock:
            return self._outcomes.pop(task, None)

    def take_all(self) -> dict[int, Outcome]:
        """All outcomes that nobody has fetched."""
        with self._lock:
            outcomes, self._outcomes = self._outcomes, {}
            return outcomes

    def close(self) -> None:
        """Closes the eventfd; outcomes can still be fetched."""
        with self._lock:
            if not self._closed:
                self._closed = True
                os.close(self._descriptor)
