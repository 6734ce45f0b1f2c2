"""The node's memory, mapped file by file."""

from __future__ import annotations

import ctypes
import mmap
import os
import socket
import weakref
from time import monotonic

from kvcachepool._errors import MemoryNotShared

_SYSTEM = ctypes.CDLL(None, use_errno=True)
_map = _SYSTEM.mmap
_map.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int, ctypes.c_int, ctypes.c_int, ctypes.c_long]
_map.restype = ctypes.c_void_p
_unmap = _SYSTEM.munmap
_unmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t]
_unmap.restype = ctypes.c_int
_FAILED = ctypes.c_void_p(-1).value
_TRUSTED_SHARE = 2
"""A memory socket that stalls must leave time to copy: no more than such a part of the time is spent on it."""


class MappedFiles:
    """Files of the node's memory, each mapped read-only when it is first needed. Used by one thread at a time."""

    def __init__(self, path: str | os.PathLike[str], timeout: float | None) -> None:
        self._path = os.fspath(path)
        self._timeout = None if timeout is None else timeout / _TRUSTED_SHARE
        self._files: dict[int, memoryview] = {}

    def view(self, file: int, token: bytes, file_bytes: int, offset: int, length: int) -> memoryview:
        """The bytes of a place, read-only.

        Raises:
            MemoryNotShared: the file can't be had or mapped.
        """
        mapped = self._files.get(file)
        if mapped is None:
            mapped = self._map(token, file_bytes)
            self._files[file] = mapped
        return mapped[offset : offset + length]

    def _map(self, token: bytes, file_bytes: int) -> memoryview:
        descriptor = self._receive(token)
        try:
            return _mapped(descriptor, file_bytes)
        except (OSError, ValueError, OverflowError) as error:
            raise MemoryNotShared(f"the node's memory can't be mapped: {error}") from error
        finally:
            os.close(descriptor)

    def _receive(self, token: bytes) -> int:
        end = None if self._timeout is None else monotonic() + self._timeout
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
                _limit(connection, end)
                connection.connect(self._path)
                _limit(connection, end)
                connection.sendall(token)
                _limit(connection, end)
                answer, descriptors, _, _ = socket.recv_fds(connection, 1, 1)
        except OSError as error:
            raise MemoryNotShared(f"no memory to be had at {self._path!r}: {error}") from error
        if answer != b"Y" or len(descriptors) != 1:
            for descriptor in descriptors:
                os.close(descriptor)
            raise MemoryNotShared(f"the node gives no such file at {self._path!r}")
        return descriptors[0]

    def close(self) -> None:
        """Unmaps what nobody looks at any more; the rest goes with its last memoryview."""
        self._files.clear()


def _limit(connection: socket.socket, end: float | None) -> None:
    if end is not None:
        left = end - monotonic()
        if left <= 0:
            raise TimeoutError("timed out")
        connection.settimeout(left)


def _mapped(descriptor: int, file_bytes: int) -> memoryview:
    """Mapped until the last view is gone. By hand: Python's own mapping keeps a descriptor a file, before 3.13 always."""
    if not 0 < file_bytes <= os.fstat(descriptor).st_size:
        raise ValueError(f"the file has fewer than {file_bytes} bytes")
    address = _map(None, file_bytes, mmap.PROT_READ, mmap.MAP_SHARED, descriptor, 0)
    if address == _FAILED:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    memory = (ctypes.c_ubyte * file_bytes).from_address(address)
    # Views hold the array, whose end is the mapping's.
    weakref.finalize(memory, _unmap, address, file_bytes).atexit = False
    return memoryview(memory).cast("B").toreadonly()
