"""A node that speaks TLS."""

from __future__ import annotations

import os
import socket
import threading
from pathlib import Path
from time import monotonic

import pytest

from kvcachepool import Client, ConnectionLost, NodeSettings

URL = "rediss://" + os.environ["KVP_TLS_ADDRESS"].replace("127.0.0.1", "localhost")
FILES = Path(os.environ["KVP_TLS_FOLDER"])


@pytest.mark.parametrize("size", [0, 1, 16 << 10, (16 << 10) + 1, (3 << 20) + 7])
def test_values_are_stored_and_read(size: int) -> None:
    # Given
    value = os.urandom(size)
    with Client(URL, tls_ca=FILES / "ca.crt") as client:
        # When
        client.set(b"tls-key", value)
        # Then
        assert client.get(b"tls-key") == value
        target = bytearray(size)
        assert client.get_into(b"tls-key", target) == size
        assert target == value


def test_a_certificate_is_shown() -> None:
    with Client(
        URL, tls_ca=FILES / "ca.crt", tls_certificate=FILES / "tls.crt", tls_key=FILES / "tls.key"
    ) as client:
        assert client.get(b"nothing") is None


def test_who_nobody_vouches_for_is_refused() -> None:
    with pytest.raises(ConnectionLost, match="CERTIFICATE_VERIFY_FAILED"):
        Client(URL)
    with pytest.raises(ConnectionLost, match="nobody listens"):
        Client(URL, tls_ca=FILES / "none.crt")


def test_a_name_that_the_certificate_has_not_is_refused() -> None:
    with pytest.raises(ConnectionLost, match="CERTIFICATE_VERIFY_FAILED"):
        Client(URL.replace("localhost", "127.0.0.1"), tls_ca=FILES / "ca.crt")


def test_without_tls_nothing_is_answered() -> None:
    with pytest.raises(ConnectionLost):
        Client(URL.replace("rediss", "redis"))


def test_a_silent_node_is_given_up() -> None:
    # Given who takes connections and says nothing
    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=server.accept, daemon=True).start()
        begun = monotonic()
        # When
        with pytest.raises(ConnectionLost):
            Client(f"rediss://127.0.0.1:{server.getsockname()[1]}", tls_ca=FILES / "ca.crt", timeout=0.3)
        # Then
        assert monotonic() - begun < 20


def test_files_come_from_settings_or_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    # Given
    monkeypatch.setenv("KVP_TLS_CA", "/of/the/environment")
    # When, then
    told = NodeSettings.read({"url": URL, "tls_ca": "/a", "tls_certificate": "/b", "tls_key": "/c"}).address.tls
    assert told is not None and (told.ca, told.certificate, told.key) == ("/a", "/b", "/c")
    taken = NodeSettings.read({"url": URL}).address.tls
    assert taken is not None and taken.ca == "/of/the/environment"
    assert NodeSettings.read({"url": "redis://node"}).address.tls is None
    with pytest.raises(ValueError, match="files of TLS are given, and address node:6379 is without"):
        NodeSettings.read({"url": "redis://node", "tls_ca": "/a"})
    with pytest.raises(ValueError, match="tls_key is '/c', and there is no tls_certificate"):
        NodeSettings.read({"url": URL, "tls_key": "/c"})
