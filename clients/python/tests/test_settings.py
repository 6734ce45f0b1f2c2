"""What may be said of a node, and pieces of memory."""

from __future__ import annotations

import random

import pytest

from kvcachepool._address import Address
from kvcachepool._memory import address_of, copy, copy_parts, view_at
from kvcachepool._settings import NodeSettings


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("unix:///run/kvp/resp.sock", Address("/run/kvp/resp.sock")),
        ("/run/kvp/resp.sock", Address("/run/kvp/resp.sock")),
        ("redis://node:7000", Address(None, "node", 7000)),
        ("redis://node", Address(None, "node", 6379)),
        ("resp://[::1]:1", Address(None, "::1", 1)),
    ],
)
def test_addresses(text: str, expected: Address) -> None:
    assert Address.of(text) == expected


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({}, "url is None, expected a string"),
        ({"url": 3}, "url is 3, expected a string"),
        ({"url": "http://node"}, "scheme 'http', expected unix:///path"),
        ({"url": "redis://node:99999"}, "redis://node:99999"),
        ({"url": "redis://:secret@node"}, "holds no password"),
        ({"url": "unix://host/path"}, "not of the form"),
        ({"url": "redis://node/3"}, "not of the form"),
        ({"url": "/s", "memory_socket": "relative"}, "memory_socket is 'relative', expected an absolute path"),
        ({"url": "/s", "connections": 0}, "connections is 0, expected a whole number from 1 to 64"),
        ({"url": "/s", "connections": True}, "connections is True"),
        ({"url": "/s", "timeout": "3"}, "timeout is '3', expected seconds from 0.01 to 600"),
        ({"url": "/s", "verify": 1}, "verify is 1, expected true or false"),
        ({"url": "/s", "password_env": "KVP_NEVER_SET"}, "'KVP_NEVER_SET', which is not set"),
        ({"url": "/s", "user": "chat"}, "user is 'chat', and there is no password_env"),
        ({"url": "/s", "user": ""}, "user is '', expected a string"),
    ],
)
def test_what_is_wrong_is_said(settings: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError) as error:
        NodeSettings.read(settings)
    assert message in str(error.value)


def test_values_are_copied_from_pieces_to_pieces() -> None:
    seed = random.randrange(1 << 32)
    print(f"seed {seed}")
    dice = random.Random(seed)
    for _ in range(200):
        # Given
        content = dice.randbytes(dice.choice([0, 1, 1000, 300_000]))
        target = bytearray(len(content))
        # When
        copy_parts(_cut(dice, memoryview(target)), _cut(dice, memoryview(content)))
        # Then
        assert target == content


def _cut(dice: random.Random, whole: memoryview) -> list[memoryview]:
    cuts = sorted(dice.randrange(len(whole) + 1) for _ in range(dice.randrange(6)))
    return [whole[start:end] for start, end in zip([0, *cuts], [*cuts, len(whole)], strict=True)]


def test_memory_is_reached_by_its_address() -> None:
    # Given
    memory = bytearray(b"0123456789" * 20_000)
    # When
    view = view_at(address_of(memoryview(memory)) + 10, 100_000)
    copy(view, memoryview(b"x" * 100_000))
    # Then
    assert memory[:10] == b"0123456789"
    assert memory[10:100_010] == b"x" * 100_000
    assert memory[100_010:] == (b"0123456789" * 20_000)[100_010:]
    with pytest.raises(ValueError, match="don't fit"):
        copy(view, memoryview(bytes(100_001)))
    with pytest.raises(ValueError, match="no memory"):
        view_at(0, 1)
