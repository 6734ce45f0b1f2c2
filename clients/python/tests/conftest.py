"""The node that the tests use."""

import os
from collections.abc import Iterator

import pytest

from kvcachepool import Client


@pytest.fixture
def client() -> Iterator[Client]:
    """A client of the node that the environment names."""
    with Client(os.environ["KVP_RESP_SOCKET"], os.environ["KVP_MEMORY_SOCKET"]) as connected:
        yield connected
