"""How to reach a node, as the settings of engines say it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass

from kvcachepool._address import Address
from kvcachepool._tls import TlsFiles

_MOST_CONNECTIONS = 64
_LONGEST_TIMEOUT = 600.0


@dataclass(frozen=True)
class NodeSettings:
    """How to reach a node. Immutable.

    Attributes:
        address: where it listens.
        memory_socket: its `--memory-socket` where it is on this host; None to copy all values through `address`.
        password: what it asks for, if it does.
        user: whose password it is, of a node with users; None for the user `default`.
        connections: worker threads, each with a connection of its own.
        timeout: seconds that one worker's share of a request may take, connecting included.
        verify: whether leased values are compared with the node's checksums.
    """

    address: Address
    memory_socket: str | None = None
    password: str | None = None
    user: str | None = None
    connections: int = 4
    timeout: float = 10.0
    verify: bool = False

    NAMES = (
        "url",
        "memory_socket",
        "tls_ca",
        "tls_certificate",
        "tls_key",
        "password_env",
        "user",
        "connections",
        "timeout",
        "verify",
    )
    """What `read` understands."""

    @staticmethod
    def read(settings: Mapping[str, object]) -> NodeSettings:
        """Reads settings as they stand in an engine's JSON.

        Raises:
            ValueError: one of them can't be; the message names it, its value and what is allowed.
        """
        return NodeSettings(
            address=_address(settings),
            memory_socket=_memory_socket(settings),
            password=_password(settings),
            user=_user(settings),
            connections=_whole(settings, "connections", 4, _MOST_CONNECTIONS),
            timeout=_seconds(settings, "timeout", 10.0),
            verify=flag(settings, "verify"),
        )


def _text(settings: Mapping[str, object], name: str, required: bool = False) -> str | None:
    value = settings.get(name)
    if value is None and not required:
        return None
    if not isinstance(value, str) or not value:
        raise ValueError(f"{name} is {value!r}, expected a string that is not empty")
    return value


def _address(settings: Mapping[str, object]) -> Address:
    address = Address.of(_text(settings, "url", required=True) or "")
    files = TlsFiles(
        _text(settings, "tls_ca") or (os.environ.get("KVP_TLS_CA") if address.tls else None),
        _text(settings, "tls_certificate"),
        _text(settings, "tls_key"),
    )
    return address.with_tls(files)


def _memory_socket(settings: Mapping[str, object]) -> str | None:
    path = _text(settings, "memory_socket")
    if path is None:
        return None
    path = path.removeprefix("unix://")
    if not path.startswith("/"):
        raise ValueError(f"memory_socket is {path!r}, expected an absolute path")
    return path


def _password(settings: Mapping[str, object]) -> str | None:
    name = _text(settings, "password_env")
    if name is None:
        return None
    password = os.environ.get(name)
    if not password:
        raise ValueError(f"password_env names the variable {name!r}, which is not set")
    return password


def _user(settings: Mapping[str, object]) -> str | None:
    user = _text(settings, "user")
    if user is not None and settings.get("password_env") is None:
        raise ValueError(f"user is {user!r}, and there is no password_env: a user needs a password")
    return user


def _whole(settings: Mapping[str, object], name: str, default: int, most: int) -> int:
    value = settings.get(name, default)
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= most:
        raise ValueError(f"{name} is {value!r}, expected a whole number from 1 to {most}")
    return value


def _seconds(settings: Mapping[str, object], name: str, default: float) -> float:
    value = settings.get(name, default)
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0.01 <= value <= _LONGEST_TIMEOUT:
        raise ValueError(f"{name} is {value!r}, expected seconds from 0.01 to {_LONGEST_TIMEOUT:.0f}")
    return float(value)


def flag(settings: Mapping[str, object], name: str) -> bool:
    """A setting that is true or false, false by default."""
    value = settings.get(name, False)
    if not isinstance(value, bool):
        raise ValueError(f"{name} is {value!r}, expected true or false")
    return value


def require_known(settings: Mapping[str, object], names: tuple[str, ...]) -> None:
    """Refuses settings that nobody reads, which are mostly misspelt."""
    for name in settings:
        if name not in names:
            raise ValueError(f"unknown setting {name!r}, allowed are {', '.join(names)}")
