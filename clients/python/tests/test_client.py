"""The client against a real node."""

import os
import random
import zlib

import pytest

from kvcachepool import Client, ConnectionLost, Lease, MemoryNotShared, Refused

MIB = 1 << 20


def key(name: str) -> bytes:
    """An engine's key."""
    return b"python@01000100@0@" + name.encode().hex().rjust(64, "0").encode()


def content(seed: int, size: int) -> bytes:
    """Bytes that only this seed gives."""
    return random.Random(seed).randbytes(size)


def test_what_was_stored_is_read_in_every_way(client: Client) -> None:
    # Given
    value = content(1, 5 * MIB + 3)
    client.set(key("all"), value)
    # When
    lease = client.lease(key("all"))
    # Then
    assert lease is not None
    with lease:
        assert lease.size == len(value)
        assert b"".join(lease.parts) == value
        assert all(part.readonly for part in lease.parts)
        assert lease.verify()
        copied = bytearray(len(value))
        assert lease.copy_to(copied) == len(value)
        assert copied == value
    assert client.get(key("all")) == value
    into = bytearray(len(value) + 10)
    assert client.get_into(key("all"), into) == len(value)
    assert into[: len(value)] == value


def test_what_is_not_there(client: Client) -> None:
    assert client.lease(key("never")) is None
    assert client.get(key("never")) is None
    assert client.get_into(key("never"), bytearray(1)) is None
    assert not client.exists(key("never"))
    assert not client.delete(key("never"))


def test_many_keys_in_one_round_trip(client: Client) -> None:
    # Given
    keys = [key(f"batch{at}") for at in range(600)]
    for at in range(0, 600, 2):
        client.set(keys[at], content(at, 1 + at % 50))
    # When
    there = client.exists_many(keys)
    leases = client.lease_many(keys)
    # Then
    assert there == [at % 2 == 0 for at in range(600)]
    held = [lease for lease in leases if isinstance(lease, Lease)]
    assert len(held) == 300
    assert all(leases[at] is False for at in range(1, 600, 2))
    assert all(b"".join(lease.parts) == content(2 * at, 1 + 2 * at % 50) for at, lease in enumerate(held))
    assert client.release_many([lease.number for lease in held]) == 300
    assert client.release_many([held[0].number]) == 0
    assert client.delete_each(keys) == there


def test_checksums_are_told_of_leases_only(client: Client) -> None:
    # Given
    client.set(key("sum"), b"abc")
    lease = client.lease(key("sum"))
    assert lease is not None
    # When, Then
    assert client.checksum(lease.number) == zlib.crc32(b"abc")
    lease.release()
    with pytest.raises(ConnectionLost, match="had ended the lease"):
        client.checksum(lease.number)
    client.connection.send(b"KVP.CHECKSUM", b"none", b"-1")
    assert client.connection.reply() == [None, None]


def test_what_can_not_be_leased_now_can_be_copied(client: Client) -> None:
    # Given a node of 64 MiB
    keys = [key(f"share{at}") for at in range(5)]
    for at in range(5):
        client.set(keys[at], content(at, 4 * MIB))
    # When
    leases = client.lease_many([*keys, key("never")])
    # Then
    assert [isinstance(lease, Lease) for lease in leases[:4]] == [True] * 4
    assert leases[4:] == [True, False]
    assert client.get(keys[4]) == content(4, 4 * MIB)


def test_a_miss_after_nothing_but_reads_is_a_null(client: Client) -> None:
    # Given what LMCache's native client would send, which gets another answer to a miss
    client.set(key("native"), b"v" * 100_000)
    # When, Then
    assert client.exists(key("native"))
    assert client.get(key("gone")) is None


def test_an_empty_value(client: Client) -> None:
    # Given
    client.set(key("empty"), b"")
    # When
    lease = client.lease(key("empty"))
    # Then
    assert lease is not None
    with lease:
        assert lease.size == 0
        assert lease.parts == []
        assert lease.verify()
    assert client.get(key("empty")) == b""


def test_a_leased_value_stays_what_it_was(client: Client) -> None:
    # Given
    value = content(2, 3 * MIB)
    client.set(key("stays"), value)
    lease = client.lease(key("stays"))
    assert lease is not None
    with lease:
        # When
        client.set(key("stays"), content(3, 3 * MIB))
        assert client.delete(key("stays"))
        for i in range(64):
            client.set(key(f"flood{i}"), content(i, 2 * MIB))
        # Then
        assert b"".join(lease.parts) == value


def test_a_buffer_that_is_too_small(client: Client) -> None:
    # Given
    client.set(key("large"), b"x" * 1000)
    # When, Then
    with pytest.raises(ValueError, match="1000 bytes, the buffer 10"):
        client.get_into(key("large"), bytearray(10))
    assert client.get(key("large")) == b"x" * 1000
    lease = client.lease(key("large"))
    assert lease is not None
    with lease, pytest.raises(ValueError, match="1000 bytes, the buffer 10"):
        lease.copy_to(bytearray(10))


def test_leases_hold_a_quarter_of_the_memory_at_most(client: Client) -> None:
    # Given a node of 64 MiB
    for i in range(6):
        client.set(key(f"quarter{i}"), content(i, 4 * MIB))
    leases = [client.lease(key(f"quarter{i}")) for i in range(2, 6)]
    # When, Then
    assert all(lease is not None for lease in leases)
    client.set(key("more"), b"more")
    with pytest.raises(Refused, match="BUSY"):
        client.lease(key("more"))
    assert client.get(key("more")) == b"more"


def test_memory_that_can_not_be_had_leaves_copies_and_no_leases(client: Client) -> None:
    # Given a node of 64 MiB, and a client with a memory socket that is none
    keys = [key(f"unshared{at}") for at in range(4)]
    for at in range(4):
        client.set(keys[at], content(at, 4 * MIB))
    with Client(os.environ["KVP_RESP_SOCKET"], "/nowhere") as other:
        # When
        with pytest.raises(MemoryNotShared, match="no memory to be had at '/nowhere'"):
            other.lease_many(keys)
        # Then
        assert not other.shares_memory
        assert other.get(keys[0]) == content(0, 4 * MIB)
        leases = client.lease_many(keys)
        assert [isinstance(lease, Lease) for lease in leases] == [True] * 4


def test_mapped_memory_keeps_no_descriptor(client: Client) -> None:
    # Given
    client.set(key("mapped"), b"mapped")
    before = len(os.listdir("/proc/self/fd"))
    # When
    lease = client.lease(key("mapped"))
    # Then
    assert lease is not None
    assert len(os.listdir("/proc/self/fd")) == before
    held = lease.parts[0]
    client.close()
    assert bytes(held) == b"mapped"


def test_a_client_that_was_told_of_no_memory() -> None:
    with Client(os.environ["KVP_RESP_SOCKET"]) as client, pytest.raises(Refused, match="memory socket"):
        client.lease(key("any"))


def test_nobody_there() -> None:
    with pytest.raises(ConnectionLost, match="nobody listens at '/nowhere'"):
        Client("/nowhere")


def test_a_lease_that_has_ended_is_told(client: Client) -> None:
    # Given
    client.set(key("ended"), b"value")
    lease = client.lease(key("ended"))
    assert lease is not None
    # When
    client.close()
    # Then
    with pytest.raises(ConnectionLost):
        lease.release()
