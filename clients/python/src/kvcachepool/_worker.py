"""A thread that does shares of requests."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from queue import SimpleQueue
from time import monotonic

from kvcachepool import _transfer
from kvcachepool._batch import Operation, Share
from kvcachepool._client import Client
from kvcachepool._errors import ConnectionLost, KVCachePoolError
from kvcachepool._outage import Outage

_LOG = logging.getLogger("kvcachepool")


class Worker:
    """Takes shares from a queue that it has in common with others, until it finds None there.

    1. A share that comes while the node is left alone ends at once: nothing is there.
    2. A connection that was there before may be one that a node left behind when it was restarted: what fails on it is tried
       once more on a new one. All operations may be repeated.
    3. What fails on a new one begins an outage.

    A share has an end in time, which both tries have in common.
    """

    def __init__(
        self,
        name: str,
        queue: SimpleQueue[Share | None],
        connect: Callable[[float], Client],
        outage: Outage,
        timeout: float,
        verify: bool,
    ) -> None:
        self._queue = queue
        self._connect = connect
        self._outage = outage
        self._timeout = timeout
        self._verify = verify
        self._client: Client | None = None
        self._closing = False
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        """Starts the thread."""
        self._thread.start()

    def close(self, timeout: float) -> None:
        """Cuts short what is being done and waits for the thread, which has been sent its None."""
        self._closing = True
        client = self._client
        if client is not None:
            client.interrupt()
        self._thread.join(timeout)

    def _run(self) -> None:
        for share in iter(self._queue.get, None):
            outcomes = [False] * len(share.keys)
            try:
                self._do(share, outcomes)
            except Exception:
                # Nothing of the kind is known; whatever it is, the engine gets an answer and the worker goes on.
                _LOG.exception("a %s of %d keys failed", share.operation.value, len(share.keys))
                self._drop()
            share.end(outcomes)
        self._drop()

    def _do(self, share: Share, outcomes: list[bool]) -> None:
        if self._closing or not self._outage.over():
            return
        until = monotonic() + self._timeout
        reused = self._client is not None
        while True:
            try:
                self._perform(self._connected(until), share, outcomes)
                self._outage.ended()
                return
            except (KVCachePoolError, OSError) as error:
                self._drop()
                if self._closing:
                    return
                if not reused or monotonic() > until:
                    self._outage.failed(error)
                    return
                reused = False
                outcomes[:] = [False] * len(outcomes)

    def _connected(self, until: float) -> Client:
        client = self._client
        if client is None:
            client = self._client = self._connect(until)
            if self._closing:
                raise ConnectionLost("closing")
        client.connection.until(until)
        return client

    def _perform(self, client: Client, share: Share, outcomes: list[bool]) -> None:
        match share.operation:
            case Operation.LOAD:
                _transfer.load(client, share.keys, share.values, self._verify, outcomes)
            case Operation.STORE:
                _transfer.store(client, share.keys, share.values, outcomes)
            case Operation.EXISTS:
                outcomes[:] = client.exists_many(share.keys)
            case Operation.DELETE:
                outcomes[:] = client.delete_each(share.keys)
            case Operation.CLEAR:
                client.clear()
                outcomes[:] = [True]

    def _drop(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            client.close()
