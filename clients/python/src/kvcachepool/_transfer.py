"""Many values through one client."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kvcachepool._client import Client
from kvcachepool._errors import ConnectionLost, MemoryNotShared, Refused
from kvcachepool._lease import Lease
from kvcachepool._memory import Parts, copy_parts, size_of

_MOST_LEASED_KEYS = 64
_MOST_LEASED_BYTES = 64 << 20
_MOST_AHEAD = 32
"""Requests on their way without their answer: as many heads always fit into a socket's buffer."""
_MOST_AHEAD_BYTES = 32 << 10


def load(client: Client, keys: Sequence[bytes], into: Sequence[Parts], verify: bool, done: list[bool]) -> None:
    """Reads values to where the caller wants them, each of exactly the size that is there.

    Where the node shares its memory: lease, copy once, release. All others, and what can't be leased now, come by GET.

    Args:
        verify: whether to compare leased values with the node's checksums too.
        done: set to True where a value is there as a whole; what else was written to is of no use. Right also after an error.
    """
    left: Sequence[int] = range(len(keys))
    if client.shares_memory:
        left = _load_leased(client, keys, into, verify, done)
    _load_copied(client, keys, into, left, done)


def _load_leased(
    client: Client, keys: Sequence[bytes], into: Sequence[Parts], verify: bool, done: list[bool]
) -> list[int]:
    left: list[int] = []
    for run in _leasable(into):
        try:
            answers = client.lease_many([keys[at] for at in run])
        except (MemoryNotShared, Refused):
            return [*left, *range(run.start, len(keys))]
        held: list[int] = []
        good: list[int] = []
        for at, answer in zip(run, answers, strict=True):
            if isinstance(answer, Lease):
                held.append(answer.number)
                if _copy(answer, into[at], verify):
                    good.append(at)
                answer.forget()
            elif answer:
                left.append(at)
        if held and client.release_many(held) != len(held):
            raise ConnectionLost("the node had ended leases: what was read is not to be trusted")
        for at in good:
            done[at] = True
    return left


def _leasable(into: Sequence[Parts]) -> Iterator[range]:
    start, held = 0, 0
    for at, parts in enumerate(into):
        size = size_of(parts)
        if at > start and (at - start == _MOST_LEASED_KEYS or held + size > _MOST_LEASED_BYTES):
            yield range(start, at)
            start, held = at, 0
        held += size
    if start < len(into):
        yield range(start, len(into))


def _copy(lease: Lease, into: Parts, verify: bool) -> bool:
    size = size_of(into)
    if lease.size != size or size_of(lease.parts) != size or (verify and not lease.verify()):
        return False
    copy_parts(into, lease.parts)
    return True


def _load_copied(
    client: Client, keys: Sequence[bytes], into: Sequence[Parts], left: Sequence[int], done: list[bool]
) -> None:
    connection = client.connection
    asked = 0
    ahead = 0
    for answered, at in enumerate(left):
        while asked < len(left) and (
            asked == answered or (asked - answered < _MOST_AHEAD and ahead < _MOST_AHEAD_BYTES)
        ):
            connection.send(b"GET", keys[left[asked]])
            ahead += len(keys[left[asked]])
            asked += 1
        ahead -= len(keys[at])
        try:
            length = connection.bulk_head()
        except Refused:
            continue
        if length is None:
            continue
        if length == size_of(into[at]):
            connection.bulk_into(into[at])
            done[at] = True
        else:
            connection.bulk_skip(length)


def store(client: Client, keys: Sequence[bytes], values: Sequence[Parts], done: list[bool]) -> None:
    """Stores values, one behind the other without waiting for each answer.

    Args:
        done: set to True where the node has taken the value. Right also after an error.
    """
    answered = 0
    for sent, (key, value) in enumerate(zip(keys, values, strict=True)):
        client.store(key, value)
        if sent - answered >= _MOST_AHEAD:
            done[answered] = _taken(client)
            answered += 1
    while answered < len(keys):
        done[answered] = _taken(client)
        answered += 1


def _taken(client: Client) -> bool:
    try:
        client.stored()
    except Refused:
        return False
    return True
