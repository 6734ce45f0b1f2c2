"""The client."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator, Sequence
from types import TracebackType
from typing import TYPE_CHECKING

from kvcachepool._address import Address
from kvcachepool._errors import ConnectionLost, MemoryNotShared, Refused
from kvcachepool._files import MappedFiles
from kvcachepool._lease import Lease
from kvcachepool._memory import Parts
from kvcachepool._resp import Reply, RespConnection
from kvcachepool._tls import TlsFiles

if TYPE_CHECKING:
    # In collections.abc from Python 3.12 on.
    from typing_extensions import Buffer

_LOG = logging.getLogger("kvcachepool")
_MOST_KEYS = 256
_MOST_KEY_BYTES = 64 << 10


def batches(keys: Sequence[bytes]) -> Iterator[range]:
    """Cuts keys into runs that a node takes while it answers: what is sent fits into a socket's buffer."""
    start, held = 0, 0
    for at, key in enumerate(keys):
        if at > start and (at - start == _MOST_KEYS or held + len(key) > _MOST_KEY_BYTES):
            yield range(start, at)
            start, held = at, 0
        held += len(key)
    if start < len(keys):
        yield range(start, len(keys))


class Client:
    """A connection to a cache-node. Used by one thread at a time; only `interrupt` is for any thread.

    Args:
        address: the node's `--resp-socket`, or a URL: `unix:///path`, `redis://host:port`, `rediss://host:port`.
        memory_socket: its `--memory-socket`, on this host; without one, values can't be leased.
        password: what the node asks for, if it does.
        user: whose password it is, of a node with users; None for the user `default`.
        tls_ca: at `rediss://`, who must vouch for the node, a file in PEM; None for whom the system trusts.
        tls_certificate: what is shown to the node, a file in PEM; None for nothing.
        tls_key: its key, likewise.
        timeout: seconds that the node may let one call wait; None for any time.
        until: when connecting must be done, and what follows until `connection.until` says otherwise, on the monotonic
            clock; None for no such end.

    Raises:
        ConnectionLost: nobody is there.
        Refused: the user or the password is wrong.
        ValueError: there is a user and no password, or there are files of TLS and the address is without.
    """

    def __init__(
        self,
        address: str | os.PathLike[str] | Address,
        memory_socket: str | os.PathLike[str] | None = None,
        *,
        password: str | None = None,
        user: str | None = None,
        tls_ca: str | os.PathLike[str] | None = None,
        tls_certificate: str | os.PathLike[str] | None = None,
        tls_key: str | os.PathLike[str] | None = None,
        timeout: float | None = 30.0,
        until: float | None = None,
    ) -> None:
        if user is not None and password is None:
            raise ValueError(f"user is {user!r}, and there is no password: a user needs one")
        place = address if isinstance(address, Address) else Address.of(address)
        place = place.with_tls(TlsFiles(tls_ca, tls_certificate, tls_key))
        self.connection = RespConnection(place, timeout, until)
        self._files = None if memory_socket is None else MappedFiles(memory_socket, timeout)
        try:
            if password is not None:
                who = [] if user is None else [user.encode()]
                self.connection.send(b"AUTH", *who, password.encode())
                self.connection.reply()
            # Or the node takes this for LMCache's native client, which a miss must be answered in a way of its own.
            self.connection.send(b"CLIENT", b"SETINFO", b"LIB-NAME", b"kvcachepool-python")
            self.connection.reply()
        except BaseException:
            self.close()
            raise

    @property
    def shares_memory(self) -> bool:
        """Whether this client was told of a memory socket, and has not failed to use it."""
        return self._files is not None

    def set(self, key: bytes, value: Buffer) -> None:
        """Stores a value, any contiguous buffer."""
        self.connection.send_value(b"SET", key, [memoryview(value).cast("B")])
        self.connection.reply()

    def get(self, key: bytes) -> bytes | None:
        """A copy of a key's value; None where there is none."""
        self.connection.send(b"GET", key)
        reply = self.connection.reply()
        if reply is None or isinstance(reply, bytes):
            return reply
        raise ConnectionLost(f"expected a value, got {reply!r}")

    def get_into(self, key: bytes, into: Buffer) -> int | None:
        """Reads a key's value into a writable buffer; its bytes, or None where there is none.

        Raises:
            ValueError: the value is longer than the buffer.
        """
        target = memoryview(into).cast("B")
        self.connection.send(b"GET", key)
        length = self.connection.bulk_head()
        if length is None:
            return None
        if length > target.nbytes:
            self.connection.bulk_skip(length)
            raise ValueError(f"the value has {length} bytes, the buffer {target.nbytes}")
        self.connection.bulk_into([target[:length]])
        return length

    def exists(self, key: bytes) -> bool:
        """Whether a key has a value; if so it is kept for the node's read lease."""
        self.connection.send(b"EXISTS", key)
        return self.connection.integer() > 0

    def exists_many(self, keys: Sequence[bytes]) -> list[bool]:
        """Of each key whether it has a value; those that have are kept for the node's read lease."""
        found: list[bool] = []
        for run in batches(keys):
            self.connection.send(b"KVP.MEXISTS", *(keys[at] for at in run))
            found += [one == 1 for one in self._array(len(run))]
        return found

    def delete(self, key: bytes) -> bool:
        """Removes a key; False when it was not there."""
        return self.delete_many([key]) > 0

    def delete_many(self, keys: Sequence[bytes]) -> int:
        """Removes keys; how many were there."""
        deleted = 0
        for run in batches(keys):
            self.connection.send(b"DEL", *(keys[at] for at in run))
            deleted += self.connection.integer()
        return deleted

    def delete_each(self, keys: Sequence[bytes]) -> list[bool]:
        """Removes keys; of each whether it was there."""
        deleted: list[bool] = []
        for run in batches(keys):
            self.connection.send_all((b"DEL", keys[at]) for at in run)
            deleted += [self.connection.integer() > 0 for _ in run]
        return deleted

    def clear(self) -> None:
        """Removes everything that the node holds, whoever stored it."""
        self.connection.send(b"FLUSHALL")
        self.connection.reply()

    def lease(self, key: bytes) -> Lease | None:
        """Leases a key's value, to be read where it lies; None where there is none, or none that may be shown.

        Raises:
            Refused: leases hold all that they may, or the node shares no memory; `get_into` still works.
            MemoryNotShared: the memory socket is of no use, and is not tried again; `get_into` still works.
        """
        files = self._shared()
        self.connection.send(b"KVP.LEASE", key)
        reply = self.connection.reply()
        return None if reply is None else self._leases(files, [reply])[0]

    def lease_many(self, keys: Sequence[bytes]) -> list[Lease | bool]:
        """Leases values in one round trip; False where there is none, True where there is one that has to be copied.

        Raises:
            Refused: the node shares no memory; `get_into` still works.
            MemoryNotShared: the memory socket is of no use, and is not tried again; `get_into` still works.
        """
        files = self._shared()
        answers: list[Lease | bool] = []
        for run in batches(keys):
            self.connection.send(b"KVP.MLEASE", *(keys[at] for at in run))
            replies = self._array(len(run))
            try:
                leases = iter(self._leases(files, [reply for reply in replies if isinstance(reply, list)]))
            except MemoryNotShared:
                self._end([answer for answer in answers if isinstance(answer, Lease)])
                raise
            answers += [next(leases) if isinstance(reply, list) else reply is not None for reply in replies]
        return answers

    def _shared(self) -> MappedFiles:
        if self._files is None:
            raise Refused("this client was not told of a memory socket, or can't use it")
        return self._files

    def _array(self, length: int) -> list[Reply]:
        reply = self.connection.reply()
        if not isinstance(reply, list) or len(reply) != length:
            raise ConnectionLost(f"expected an array of {length}, got {reply!r:.200}")
        return reply

    def _leases(self, files: MappedFiles, replies: Sequence[Reply]) -> list[Lease]:
        """All of them, or none that the node still holds anything for."""
        leases: list[Lease] = []
        places_of: list[list[Reply]] = []
        for reply in replies:
            match reply:
                case [int(number), int(size), list(places)]:
                    leases.append(Lease(self.release_many, self.checksum, number, size, []))
                    places_of.append(places)
                case _:
                    raise ConnectionLost(f"expected a lease, got {reply!r:.200}")
        try:
            for lease, places in zip(leases, places_of, strict=True):
                lease.parts += [self._part(files, place) for place in places]
        except MemoryNotShared as error:
            _LOG.warning("values are copied from now on: %s", error)
            self._end(leases)
            self._files = None
            files.close()
            raise
        return leases

    def _end(self, leases: Sequence[Lease]) -> None:
        for lease in leases:
            lease.forget()
        if leases:
            self.release_many([lease.number for lease in leases])

    @staticmethod
    def _part(files: MappedFiles, place: Reply) -> memoryview:
        match place:
            case [int(file), bytes(token), int(file_bytes), int(offset), int(length)]:
                return files.view(file, token, file_bytes, offset, length)
            case _:
                raise ConnectionLost(f"expected a place, got {place!r:.200}")

    def checksum(self, number: int) -> int:
        """The CRC-32 that the node computes of a leased value, by the lease's number."""
        self.connection.send(b"KVP.CHECKSUM", b"%d" % number)
        match self._array(1):
            case [int(crc)]:
                return crc
            case _:
                raise ConnectionLost("the node had ended the lease: what was read is not to be trusted")

    def release_many(self, numbers: Sequence[int]) -> int:
        """Ends leases by their numbers; how many had not ended before: fewer than all, and none is to be trusted."""
        self.connection.send(b"KVP.RELEASE", *(b"%d" % number for number in numbers))
        return self.connection.integer()

    def store(self, key: bytes, value: Parts) -> None:
        """Sends a value that lies in pieces; `stored` reads the answer, so that values follow one another without a pause."""
        self.connection.send_value(b"SET", key, value)

    def stored(self) -> None:
        """Reads the answer to the oldest `store`; Refused where the node did not take the value."""
        self.connection.reply()

    def interrupt(self) -> None:
        """Ends the waiting of whoever uses this client, which is of no use any more; for any thread."""
        self.connection.interrupt()

    def close(self) -> None:
        """Ends the connection and all leases."""
        self.connection.close()
        if self._files is not None:
            self._files.close()

    def __enter__(self) -> Client:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
