"""RESP2 over a Unix socket or TCP, plain or with TLS, as much of it as the client needs."""

from __future__ import annotations

import select
import socket
import struct
from collections.abc import Iterable
from math import ceil
from time import monotonic

from kvcachepool._address import Address
from kvcachepool._errors import ConnectionLost, Refused
from kvcachepool._memory import Parts, size_of
from kvcachepool._tls import SecureSocket

_BUFFER = 64 << 10
_LONGEST_LINE = 1 << 10
_LONGEST_BULK = 1 << 30
_LONGEST_ARRAY = 1 << 20
_DEEPEST_ARRAY = 8
_MORE = getattr(socket, "MSG_MORE", 0)

Reply = int | bytes | str | None | list["Reply"]


class RespConnection:
    """One connection, used by one thread at a time; only `interrupt` is for any thread.

    No wait is longer than `timeout` seconds. After the end that `until` has set nothing is begun; sending and connecting are
    cut short by it too. The kernel does the timing of reads, so that one call receives a large value as a whole.
    """

    def __init__(self, address: Address, timeout: float | None, until: float | None = None) -> None:
        self._timeout = timeout
        self._until = until
        left = self._time_left()
        try:
            self._socket = address.connect(left)
            try:
                self._set_timeout(timeout)
            except OSError:
                self._socket.close()
                raise
        except OSError as error:
            raise ConnectionLost(f"nobody listens at {address}: {error}") from error
        self._writable = select.poll()
        self._writable.register(self._socket, select.POLLOUT)
        self._buffer = bytearray(_BUFFER)
        self._view = memoryview(self._buffer)
        self._start = 0
        self._end = 0

    def _set_timeout(self, timeout: float | None) -> None:
        if isinstance(self._socket, SecureSocket):
            self._socket.settimeout(timeout)
            return
        self._socket.settimeout(None)
        if timeout is not None:
            whole = int(timeout)
            # A zero would mean for ever.
            interval = struct.pack("ll", whole, max(1, int((timeout - whole) * 1e6)))
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, interval)
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, interval)

    def until(self, end: float | None) -> None:
        """Sets when all that follows must be done, on the monotonic clock; None for no such end."""
        self._until = end

    def _require_time(self) -> None:
        if self._until is not None and monotonic() > self._until:
            raise ConnectionLost("the node takes too long")

    def _time_left(self) -> float | None:
        """How long a wait that begins now may be, above 0; None for any time."""
        if self._until is None:
            return self._timeout
        left = self._until - monotonic()
        if left <= 0:
            raise ConnectionLost("the node takes too long")
        return left if self._timeout is None else min(left, self._timeout)

    def send(self, *words: bytes) -> None:
        """Sends a command of short words."""
        self.send_all((words,))

    def send_all(self, commands: Iterable[tuple[bytes, ...]]) -> None:
        """Sends commands of short words, one after another; as many replies are to be read."""
        request = bytearray()
        for words in commands:
            request += b"*%d\r\n" % len(words)
            for word in words:
                request += b"$%d\r\n%b\r\n" % (len(word), word)
        self._send(request)

    def send_value(self, command: bytes, key: bytes, value: Parts) -> None:
        """Sends a command whose last argument is large, without a copy of it."""
        self._send(
            b"*3\r\n$%d\r\n%b\r\n$%d\r\n%b\r\n$%d\r\n" % (len(command), command, len(key), key, size_of(value)), _MORE
        )
        for part in value:
            self._send(part, _MORE)
        self._send(b"\r\n")

    def _send(self, data: bytes | bytearray | memoryview, flags: int = 0) -> None:
        self._require_time()
        rest = memoryview(data)
        while rest.nbytes:
            if isinstance(self._socket, SecureSocket):
                self._socket.settimeout(self._time_left())
            try:
                # A call that waits begins its time anew with each piece that a slow node takes.
                rest = rest[self._socket.send(rest, flags | socket.MSG_DONTWAIT) :]
            except BlockingIOError:
                self._await_room()
            except OSError as error:
                raise ConnectionLost(f"the node is gone: {error}") from error

    def _await_room(self) -> None:
        left = self._time_left()
        if not self._writable.poll(None if left is None else ceil(left * 1000)):
            raise ConnectionLost("the node takes nothing any more")

    def reply(self, deep: int = 0) -> Reply:
        """Reads one reply; an error is raised."""
        line = self._line()
        kind, rest = line[:1], line[1:]
        if kind == b"+":
            return rest.decode(errors="replace")
        if kind == b"-":
            raise Refused(rest.decode(errors="replace"))
        number = self._number(rest, line)
        if kind == b":":
            return number
        if kind == b"$":
            return None if number < 0 else self._bulk(number)
        if kind == b"*" and number <= _LONGEST_ARRAY and deep < _DEEPEST_ARRAY:
            return None if number < 0 else [self.reply(deep + 1) for _ in range(number)]
        raise ConnectionLost(f"the node answered {line!r}")

    def integer(self) -> int:
        """Reads a number."""
        reply = self.reply()
        if not isinstance(reply, int):
            raise ConnectionLost(f"expected a number, got {reply!r}")
        return reply

    def bulk_head(self) -> int | None:
        """Reads the head of a string: its length, or None where there is none; `bulk_into` or `bulk_skip` follows."""
        line = self._line()
        if line[:1] == b"-":
            raise Refused(line[1:].decode(errors="replace"))
        if line[:1] != b"$":
            raise ConnectionLost(f"expected a string, got {line!r}")
        length = self._number(line[1:], line)
        return None if length < 0 else length

    def bulk_into(self, into: Parts) -> None:
        """Reads a string's bytes to where the caller wants them: exactly as many."""
        for part in into:
            self._fill(part)
        self._line()

    def bulk_skip(self, length: int) -> None:
        """Passes over a string's bytes."""
        scratch = memoryview(bytearray(min(length, 1 << 20)))
        while length > 0:
            some = scratch[: min(length, len(scratch))]
            self._fill(some)
            length -= len(some)
        self._line()

    def _bulk(self, length: int) -> bytes:
        if length > _LONGEST_BULK:
            raise ConnectionLost(f"a string of {length} bytes, at most {_LONGEST_BULK} can be right")
        value = bytearray(length)
        self._fill(memoryview(value))
        self._line()
        return bytes(value)

    def _fill(self, into: memoryview) -> None:
        some = min(len(into), self._end - self._start)
        into[:some] = self._view[self._start : self._start + some]
        self._start += some
        while some < len(into):
            some += self._receive(into[some:], socket.MSG_WAITALL)

    def _line(self) -> bytes:
        while True:
            at = self._buffer.find(b"\n", self._start, self._end)
            if at >= 0:
                line = bytes(self._view[self._start : at]).removesuffix(b"\r")
                self._start = at + 1
                return line
            if self._end - self._start > _LONGEST_LINE:
                raise ConnectionLost(f"a reply's line is longer than {_LONGEST_LINE} bytes")
            left = self._end - self._start
            self._buffer[:left] = self._buffer[self._start : self._end]
            self._start, self._end = 0, left
            self._end += self._receive(self._view[left:])

    def _receive(self, into: memoryview, flags: int = 0) -> int:
        self._require_time()
        if isinstance(self._socket, SecureSocket):
            self._socket.settimeout(self._timeout)
        try:
            got = self._socket.recv_into(into, 0, flags)
        except BlockingIOError as error:
            raise ConnectionLost("the node does not answer any more") from error
        except OSError as error:
            raise ConnectionLost(f"the node is gone: {error}") from error
        if got == 0:
            raise ConnectionLost("the node has ended the connection")
        return got

    @staticmethod
    def _number(text: bytes, line: bytes) -> int:
        try:
            return int(text)
        except ValueError:
            raise ConnectionLost(f"the node answered {line!r}") from None

    def interrupt(self) -> None:
        """Ends the waiting of whoever uses this, from any thread."""
        try:
            self._socket.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass

    def close(self) -> None:
        """Ends the connection."""
        self._socket.close()
