"""A node that wants a password, and values that end by themselves, as each connector is told of them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import redis
from conftest import NODE_FLAGS
from engine import Engine, content, key
from processes import CacheNode

_PASSWORD = "open-sesame"


@pytest.fixture
def locked(tmp_path: Path) -> Iterator[CacheNode]:
    """A node with a password."""
    file = tmp_path / "password"
    file.write_text(_PASSWORD)
    file.chmod(0o600)
    started = CacheNode(tmp_path, "locked", "--host-size", "64Mi", "--resp-password-file", str(file), *NODE_FLAGS)
    yield started
    started.close()


def told(node: CacheNode, scheme: str, password: str) -> Engine:
    """LMCache with a password where its user writes it."""
    match scheme:
        case "redis":
            return Engine(f"redis://:{password}@127.0.0.1:{node.resp_port}")
        case "resp":
            return Engine(node.url(scheme), password=password)
        case "valkey":
            # LMCache 0.5.6 hands both to GLIDE in the wrong order.
            return Engine(node.url(scheme), valkey_username=password, valkey_password="default")
    raise ValueError(f"{scheme}:// has no password")


@pytest.mark.parametrize("scheme", ["redis", "resp", "valkey"])
def test_with_the_password_it_works(locked: CacheNode, scheme: str) -> None:
    # Given
    engine = told(locked, scheme, _PASSWORD)
    # When
    assert engine.put([1, 2])
    # Then
    assert engine.holds(2)
    assert engine.get_all([1, 2]) == [content(1), content(2)]
    engine.close()


# Not resp://, which waits for ever once all its connections were refused.
@pytest.mark.parametrize("scheme", ["redis", "valkey"])
def test_with_another_nothing_is_found(locked: CacheNode, scheme: str) -> None:
    # Given
    engine = told(locked, scheme, "guess")
    # When
    engine.put([1])
    # Then
    assert not engine.holds(1)
    assert engine.get(1) is None
    engine.close()


def test_values_end_when_valkeys_connector_says_so(node: CacheNode) -> None:
    # Given
    engine = Engine(node.url("valkey"), valkey_enable_ttl=True, valkey_ttl_sec=600)
    # When
    assert engine.put([777_777])
    # Then
    assert engine.get(777_777) == content(777_777)
    with redis.Redis(port=node.resp_port) as client:
        assert 0 < client.ttl(key(777_777).to_string()) <= 600
    engine.close()
