"""A node with users."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from nodes import NodeProcess

from kvcachepool import Client, Node, Refused

# As LMCache names a chunk of a tenant: model, rank, group, hash, cache salt.
_OWN = b"m@01000100@0@" + b"ab" * 32 + b"@team-chat"
_OTHERS = b"m@01000100@0@" + b"ab" * 32 + b"@team-other"
_USERS = """
users:
  - name: chat
    passwords: [the-chat-secret]
    salts: [team-chat]
  - name: default
    passwords: [the-default-secret]
    allSalts: true
"""


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[NodeProcess]:
    """A node that knows two users."""
    folder: Path = tmp_path_factory.mktemp("users")
    (folder / "users.yaml").write_text(_USERS)
    (folder / "pool-password").write_text("between-nodes\n")
    flags = ["--users-file", str(folder / "users.yaml"), "--pool-password-file", str(folder / "pool-password")]
    node = NodeProcess(folder, "--host-size", "32Mi", *flags)
    node.start()
    yield node
    node.kill()


def test_a_user_reads_and_writes_its_own(guarded: NodeProcess) -> None:
    # Given
    with Client(guarded.resp_socket, guarded.memory_socket, user="chat", password="the-chat-secret") as client:
        # When
        client.set(_OWN, b"value")
        # Then
        assert client.get(_OWN) == b"value"
        with pytest.raises(Refused, match="NOPERM"):
            client.get(_OTHERS)


def test_without_a_name_the_user_is_default(guarded: NodeProcess) -> None:
    with Client(guarded.resp_socket, password="the-default-secret") as client:
        client.set(_OTHERS, b"value")
        assert client.get(_OTHERS) == b"value"


def test_a_wrong_password_is_said(guarded: NodeProcess) -> None:
    with pytest.raises(Refused, match="WRONGPASS"):
        Client(guarded.resp_socket, user="chat", password="the-default-secret")


def test_a_user_needs_a_password() -> None:
    with pytest.raises(ValueError, match="a user needs one"):
        Client("/nowhere", user="chat")


def test_workers_log_in_as_the_user_of_the_settings(guarded: NodeProcess, monkeypatch: pytest.MonkeyPatch) -> None:
    # Given
    monkeypatch.setenv("KVP_TEST_PASSWORD", "the-chat-secret")
    node = Node(guarded.settings(user="chat", password_env="KVP_TEST_PASSWORD"))
    # When
    stored = node.store([_OWN], [[memoryview(b"by a worker")]])
    # Then
    assert stored == [True]
    node.close()
