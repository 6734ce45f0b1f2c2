"""TLS over TCP."""

from __future__ import annotations

import os
import socket
import ssl
from dataclasses import dataclass

_MOST_AT_ONCE = 1 << 20


@dataclass(frozen=True)
class TlsFiles:
    """Files in PEM, read anew for each connection. Immutable.

    Attributes:
        ca: who must vouch for the node's certificate; None for those that the system trusts.
        certificate: what is shown to the node, with those between it and an authority; None for nothing.
        key: its key; None where `certificate` has it too.
    """

    ca: str | os.PathLike[str] | None = None
    certificate: str | os.PathLike[str] | None = None
    key: str | os.PathLike[str] | None = None

    def __post_init__(self) -> None:
        if self.key is not None and self.certificate is None:
            raise ValueError(f"tls_key is {os.fspath(self.key)!r}, and there is no tls_certificate that it belongs to")

    def secure(self, connected: socket.socket, host: str) -> SecureSocket:
        """Shakes hands, within the socket's timeout; OSError where a file or the node is not as it should be."""
        context = ssl.create_default_context(cafile=self.ca)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        if self.certificate is not None:
            context.load_cert_chain(self.certificate, self.key)
        return SecureSocket(context.wrap_socket(connected, server_hostname=host))


class SecureSocket:
    """As much of a socket as a connection uses. What would be left to the kernel over a plain one is done here: waits have the
    timeout that is set, and flags mean nothing."""

    def __init__(self, secure: ssl.SSLSocket) -> None:
        self._secure = secure

    def settimeout(self, timeout: float | None) -> None:
        """How long each wait may be; None for any time."""
        self._secure.settimeout(timeout)

    def send(self, data: memoryview, flags: int = 0) -> int:
        """Sends some of it."""
        return self._secure.send(data[:_MOST_AT_ONCE])

    def recv_into(self, into: memoryview, count: int = 0, flags: int = 0) -> int:
        """Waits for some bytes; 0 at the end."""
        try:
            return self._secure.recv_into(into, count)
        except TimeoutError as error:
            raise BlockingIOError("nothing came in time") from error

    def shutdown(self, how: int) -> None:
        """Ends what waits, from any thread: below TLS, whose state is the other thread's."""
        socket.socket.shutdown(self._secure, how)

    def close(self) -> None:
        """Ends it."""
        self._secure.close()

    def fileno(self) -> int:
        """For the system's calls."""
        return self._secure.fileno()
