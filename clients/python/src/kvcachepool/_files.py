"""The node's memory, mapped file by file."""

from __future__ import annotations

import mmap
import os
import socket

from kvcachepool._errors import ConnectionLost


class MappedFiles:
    """Files of the node's memory, each mapped read-only when it is first needed. Used by one thread at a time."""

    def __init__(self, path: str | os.PathLike[str], timeout: float | None) -> None:
        self._path = os.fspath(path)
        self._timeout = timeout
        self._files: dict[int, mmap.mmap] = {}

    def view(self, file: int, token: bytes, file_bytes: int, offset: int, length: int) -> memoryview:
        """The bytes of a place, read-only."""
        mapped = self._files.get(file)
        if mapped is None:
            mapped = self._map(token, file_bytes)
            self._files[file] = mapped
        return memoryview(mapped)[offset : offset + length]

    def _map(self, token: bytes, file_bytes: int) -> mmap.mmap:
        descriptor = self._receive(token)
        try:
            return mmap.mmap(descriptor, file_bytes, flags=mmap.MAP_SHARED, prot=mmap.PROT_READ)
        except (OSError, ValueError) as error:
            raise ConnectionLost(f"the node's memory can't be mapped: {error}") from error
        finally:
            os.close(descriptor)

    def _receive(self, token: bytes) -> int:
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
                connection.settimeout(self._timeout)
                connection.connect(self._path)
                connection.sendall(token)
                answer, descriptors, _, _ = socket.recv_fds(connection, 1, 1)
        except OSError as error:
            raise ConnectionLost(f"no memory to be had at {self._path!r}: {error}") from error
        if answer != b"Y" or len(descriptors) != 1:
            for descriptor in descriptors:
                os.close(descriptor)
            raise ConnectionLost("the node gives no such file")
        return descriptors[0]

    def close(self) -> None:
        """Unmaps what nobody looks at any more; the rest goes with its last memoryview."""
        for mapped in self._files.values():
            try:
                mapped.close()
            except BufferError:
                pass
        self._files.clear()
