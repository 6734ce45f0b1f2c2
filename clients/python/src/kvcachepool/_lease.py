"""A value in the node's memory."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import TYPE_CHECKING

from kvcachepool._errors import ConnectionLost
from kvcachepool._memory import copy

if TYPE_CHECKING:
    # In collections.abc from Python 3.12 on.
    from typing_extensions import Buffer


class Lease:
    """A value in the node's memory, which stays as it is until this is released. Used by one thread at a time."""

    def __init__(
        self,
        release: Callable[[Sequence[int]], int],
        checksum: Callable[[int], int],
        number: int,
        size: int,
        parts: list[memoryview],
    ) -> None:
        self._release = release
        self._checksum = checksum
        self._released = False
        self.number = number
        """Names it to the node."""
        self.size = size
        """Bytes in all."""
        self.parts = parts
        """The content, one part after another, read-only; not to be read any more once it is released."""

    def copy_to(self, into: Buffer) -> int:
        """Copies the content to a writable buffer that holds it; its bytes."""
        target = memoryview(into).cast("B")
        if target.nbytes < self.size:
            raise ValueError(f"the value has {self.size} bytes, the buffer {target.nbytes}")
        at = 0
        for part in self.parts:
            copy(target[at : at + part.nbytes], part)
            at += part.nbytes
        return at

    def verify(self) -> bool:
        """Compares the content with the node's checksum of it, which it is asked for: a pass over the bytes on each side."""
        crc = 0
        for part in self.parts:
            crc = zlib.crc32(part, crc)
        return crc == self._checksum(self.number)

    def release(self) -> None:
        """Ends the lease.

        Raises:
            ConnectionLost: it had ended before; what was read is not to be trusted.
        """
        if not self._released:
            self.forget()
            if self._release([self.number]) != 1:
                raise ConnectionLost("the node had ended the lease: what was read is not to be trusted")

    def forget(self) -> None:
        """Gives up the memory; the node is told by someone else, who releases many at once."""
        self._released = True
        for part in self.parts:
            part.release()
        self.parts = []

    def __enter__(self) -> Lease:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()
