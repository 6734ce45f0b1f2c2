"""RESP2 over a Unix socket, as much of it as the client needs."""

from __future__ import annotations

import os
import socket

from kvcachepool._errors import ConnectionLost, Refused

_BUFFER = 64 << 10
_LONGEST_LINE = 1 << 10

Reply = int | bytes | str | None | list["Reply"]


class RespConnection:
    """One connection, used by one thread at a time."""

    def __init__(self, path: str | os.PathLike[str], timeout: float | None) -> None:
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            self._socket.settimeout(timeout)
            self._socket.connect(os.fspath(path))
        except OSError as error:
            self._socket.close()
            raise ConnectionLost(f"nobody listens at {os.fspath(path)!r}: {error}") from error
        self._buffer = bytearray(_BUFFER)
        self._view = memoryview(self._buffer)
        self._start = 0
        self._end = 0

    def send(self, *words: bytes) -> None:
        """Sends a command of short words."""
        request = bytearray(b"*%d\r\n" % len(words))
        for word in words:
            request += b"$%d\r\n%b\r\n" % (len(word), word)
        self._send_all(request)

    def send_value(self, command: bytes, key: bytes, value: memoryview) -> None:
        """Sends a command whose last argument is large, without a copy of it."""
        self._send_all(
            b"*3\r\n$%d\r\n%b\r\n$%d\r\n%b\r\n$%d\r\n" % (len(command), command, len(key), key, value.nbytes)
        )
        self._send_all(value)
        self._send_all(b"\r\n")

    def _send_all(self, data: bytes | bytearray | memoryview) -> None:
        try:
            self._socket.sendall(data)
        except OSError as error:
            raise ConnectionLost(f"the node is gone: {error}") from error

    def reply(self) -> Reply:
        """Reads one reply; an error is raised."""
        line = self._line()
        kind, rest = line[:1], line[1:]
        if kind == b"+":
            return rest.decode()
        if kind == b"-":
            raise Refused(rest.decode(errors="replace"))
        number = self._number(rest, line)
        if kind == b":":
            return number
        if kind == b"$":
            return None if number < 0 else self._bulk(number)
        if kind == b"*":
            return None if number < 0 else [self.reply() for _ in range(number)]
        raise ConnectionLost(f"the node answered {line!r}")

    def integer(self) -> int:
        """Reads a number."""
        reply = self.reply()
        if not isinstance(reply, int):
            raise ConnectionLost(f"expected a number, got {reply!r}")
        return reply

    def bulk_into(self, into: memoryview) -> int | None:
        """Reads a string to where the caller wants it; its length, or None where there is none.

        Raises ValueError where it is longer than `into`; it was read then.
        """
        line = self._line()
        if line[:1] == b"-":
            raise Refused(line[1:].decode(errors="replace"))
        if line[:1] != b"$":
            raise ConnectionLost(f"expected a string, got {line!r}")
        length = self._number(line[1:], line)
        if length < 0:
            return None
        if length > into.nbytes:
            self._bulk(length)
            raise ValueError(f"the value has {length} bytes, the buffer {into.nbytes}")
        self._fill(into[:length])
        self._line()
        return length

    def _bulk(self, length: int) -> bytes:
        value = bytearray(length)
        self._fill(memoryview(value))
        self._line()
        return bytes(value)

    def _fill(self, into: memoryview) -> None:
        some = min(len(into), self._end - self._start)
        into[:some] = self._view[self._start : self._start + some]
        self._start += some
        while some < len(into):
            some += self._receive(into[some:])

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

    def _receive(self, into: memoryview) -> int:
        try:
            got = self._socket.recv_into(into)
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

    def close(self) -> None:
        """Ends the connection."""
        self._socket.close()
