"""Whether a node is to be asked at all."""

from __future__ import annotations

import logging
import threading
from time import monotonic

_LOG = logging.getLogger("kvcachepool")
_FIRST_PAUSE = 0.05
_LONGEST_PAUSE = 5.0


class Outage:
    """Leaves a node that failed alone for a while, longer each time, so that engines don't wait for a dead one. Thread-safe."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._lock = threading.Lock()
        self._pause = 0.0
        self._until = 0.0

    def over(self) -> bool:
        """Whether the node may be asked."""
        with self._lock:
            return monotonic() >= self._until

    @property
    def healthy(self) -> bool:
        """Whether the node answered when it was asked last."""
        with self._lock:
            return self._pause == 0.0

    def failed(self, error: Exception) -> None:
        """The node can't be reached."""
        with self._lock:
            now = monotonic()
            if now < self._until:
                return
            first = self._pause == 0.0
            self._pause = _FIRST_PAUSE if first else min(2 * self._pause, _LONGEST_PAUSE)
            self._until = now + self._pause
        if first:
            _LOG.warning("the cache-node at %s can't be reached, its values are misses until it can: %s", self._name, error)

    def ended(self) -> None:
        """The node has answered."""
        with self._lock:
            back = self._pause > 0.0
            self._pause = self._until = 0.0
        if back:
            _LOG.info("the cache-node at %s answers again", self._name)
