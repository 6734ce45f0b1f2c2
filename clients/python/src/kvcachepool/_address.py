"""Where a cache-node listens."""

from __future__ import annotations

import os
import socket
from dataclasses import dataclass, replace
from urllib.parse import unquote, urlsplit

from kvcachepool._tls import SecureSocket, TlsFiles

_DEFAULT_PORT = 6379
_FORMS = "unix:///path/of/resp.sock, redis://host:port or rediss://host:port"


@dataclass(frozen=True)
class Address:
    """A Unix socket's path, or a host and a port, at which there is TLS where `tls` is given. Immutable."""

    path: str | None
    host: str = ""
    port: int = 0
    tls: TlsFiles | None = None

    @staticmethod
    def of(place: str | os.PathLike[str]) -> Address:
        """Reads `unix:///path`, `redis://host[:port]` (also `resp://` and `tcp://`), `rediss://host[:port]` with TLS, or the
        bare path of a Unix socket.

        Raises:
            ValueError: it is none of these.
        """
        text = os.fspath(place)
        if "://" not in text:
            if not text:
                raise ValueError(f"an empty address, expected {_FORMS}")
            return Address(text)
        parts = urlsplit(text)
        if parts.scheme == "unix":
            return Address._unix(text, parts.netloc, unquote(parts.path))
        if parts.scheme not in ("redis", "resp", "tcp", "rediss"):
            raise ValueError(f"address {text!r} has the scheme {parts.scheme!r}, expected {_FORMS}")
        if parts.username is not None or parts.password is not None:
            raise ValueError("an address holds no password: give it as the password of its own")
        if not parts.hostname or parts.path.strip("/") or parts.query:
            raise ValueError(f"address {text!r} is not of the form {_FORMS}")
        try:
            tls = TlsFiles() if parts.scheme == "rediss" else None
            return Address(None, parts.hostname, parts.port or _DEFAULT_PORT, tls)
        except ValueError as error:
            raise ValueError(f"address {text!r}: {error}") from None

    @staticmethod
    def _unix(text: str, netloc: str, path: str) -> Address:
        if netloc or not path:
            raise ValueError(f"address {text!r} is not of the form {_FORMS}")
        return Address(path)

    def with_tls(self, files: TlsFiles) -> Address:
        """The same with these files.

        Raises:
            ValueError: there are some, and no TLS at this address.
        """
        if files == TlsFiles():
            return self
        if self.tls is None:
            raise ValueError(f"files of TLS are given, and address {self} is without: write rediss://host:port")
        return replace(self, tls=files)

    def connect(self, timeout: float | None) -> socket.socket | SecureSocket:
        """A connected socket; OSError where nobody listens, or node and client refuse one another."""
        if self.path is None:
            connected = socket.create_connection((self.host, self.port), timeout)
            try:
                connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                return connected if self.tls is None else self.tls.secure(connected, self.host)
            except BaseException:
                connected.close()
                raise
        connected = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            connected.settimeout(timeout)
            connected.connect(self.path)
        except BaseException:
            connected.close()
            raise
        return connected

    def __str__(self) -> str:
        return repr(self.path) if self.path is not None else f"{self.host}:{self.port}"
