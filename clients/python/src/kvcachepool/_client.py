"""The client and its leases."""

from __future__ import annotations

import os
import zlib
from types import TracebackType
from typing import TYPE_CHECKING

from kvcachepool._errors import ConnectionLost, Refused
from kvcachepool._files import MappedFiles
from kvcachepool._resp import Reply, RespConnection

if TYPE_CHECKING:
    # In collections.abc from Python 3.12 on.
    from typing_extensions import Buffer


class Client:
    """A connection to a cache-node on this host. Used by one thread at a time.

    Args:
        resp_socket: the node's `--resp-socket`.
        memory_socket: its `--memory-socket`; without one, values can't be leased.
        password: what the node asks for, if it does.
        timeout: seconds that the node may let one call wait; None for any time.

    Raises:
        ConnectionLost: nobody is there.
        Refused: the password is wrong.
    """

    def __init__(
        self,
        resp_socket: str | os.PathLike[str],
        memory_socket: str | os.PathLike[str] | None = None,
        *,
        password: str | None = None,
        timeout: float | None = 30.0,
    ) -> None:
        self._connection = RespConnection(resp_socket, timeout)
        self._files = None if memory_socket is None else MappedFiles(memory_socket, timeout)
        if password is not None:
            try:
                self._connection.send(b"AUTH", password.encode())
                self._connection.reply()
            except Exception:
                self.close()
                raise

    def set(self, key: bytes, value: Buffer) -> None:
        """Stores a value, any contiguous buffer."""
        self._connection.send_value(b"SET", key, memoryview(value).cast("B"))
        self._connection.reply()

    def get(self, key: bytes) -> bytes | None:
        """A copy of a key's value; None where there is none."""
        self._connection.send(b"GET", key)
        reply = self._connection.reply()
        if reply is None or isinstance(reply, bytes):
            return reply
        raise ConnectionLost(f"expected a value, got {reply!r}")

    def get_into(self, key: bytes, into: Buffer) -> int | None:
        """Reads a key's value into a writable buffer; its bytes, or None where there is none.

        Raises:
            ValueError: the value is longer than the buffer.
        """
        self._connection.send(b"GET", key)
        return self._connection.bulk_into(memoryview(into).cast("B"))

    def exists(self, key: bytes) -> bool:
        """Whether a key has a value; if so it is kept for the node's read lease."""
        self._connection.send(b"EXISTS", key)
        return self._connection.integer() > 0

    def delete(self, key: bytes) -> bool:
        """Removes a key; False when it was not there."""
        self._connection.send(b"DEL", key)
        return self._connection.integer() > 0

    def lease(self, key: bytes) -> Lease | None:
        """Leases a key's value, to be read where it lies; None where there is none, or none that may be shown.

        Raises:
            Refused: leases hold all that they may, or the node shares no memory; `get_into` still works.
        """
        if self._files is None:
            raise Refused("this client was not told of a memory socket")
        self._connection.send(b"KVP.LEASE", key)
        reply = self._connection.reply()
        if reply is None:
            return None
        match reply:
            case [int(number), int(size), int(crc), list(places)]:
                parts = [self._part(self._files, place) for place in places]
                return Lease(self, number, size, crc, parts)
            case _:
                raise ConnectionLost(f"expected a lease, got {reply!r}")

    @staticmethod
    def _part(files: MappedFiles, place: Reply) -> memoryview:
        match place:
            case [int(file), bytes(token), int(file_bytes), int(offset), int(length)]:
                return files.view(file, token, file_bytes, offset, length)
            case _:
                raise ConnectionLost(f"expected a place, got {place!r}")

    def _release(self, number: int) -> None:
        self._connection.send(b"KVP.RELEASE", b"%d" % number)
        if self._connection.integer() != 1:
            raise ConnectionLost("the node had ended the lease: what was read is not to be trusted")

    def close(self) -> None:
        """Ends the connection and all leases."""
        self._connection.close()
        if self._files is not None:
            self._files.close()

    def __enter__(self) -> Client:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class Lease:
    """A value in the node's memory, which stays as it is until this is released. Used by one thread at a time."""

    def __init__(self, client: Client, number: int, size: int, crc: int, parts: list[memoryview]) -> None:
        self._client = client
        self._number = number
        self._crc = crc
        self._released = False
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
            target[at : at + part.nbytes] = part
            at += part.nbytes
        return at

    def verify(self) -> bool:
        """Compares the content with the node's checksum of it."""
        crc = 0
        for part in self.parts:
            crc = zlib.crc32(part, crc)
        return crc == self._crc

    def release(self) -> None:
        """Ends the lease.

        Raises:
            ConnectionLost: it had ended before; what was read is not to be trusted.
        """
        if not self._released:
            self._released = True
            for part in self.parts:
                part.release()
            self.parts = []
            self._client._release(self._number)

    def __enter__(self) -> Lease:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()
