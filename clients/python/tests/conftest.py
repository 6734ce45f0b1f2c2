"""The nodes that the tests use."""

from __future__ import annotations

import importlib.util
import os
import sys
import types
from collections.abc import Iterator
from pathlib import Path

import pytest

if "KVP_REAL_ENGINES" not in os.environ:
    sys.path.insert(0, str(Path(__file__).parent / "standins"))
elif (found := importlib.util.find_spec("sglang")) is not None:
    # SGLang's own first module wants all that the engine needs; its storages don't.
    package = types.ModuleType("sglang")
    package.__path__ = list(found.submodule_search_locations or [])
    sys.modules["sglang"] = package

from nodes import NodeProcess

from kvcachepool import Client, Node, NodeSettings


@pytest.fixture
def client() -> Iterator[Client]:
    """A client of the node that the environment names."""
    with Client(os.environ["KVP_RESP_SOCKET"], os.environ["KVP_MEMORY_SOCKET"]) as connected:
        yield connected


def shared_settings() -> dict[str, object]:
    """How to reach that node where its memory is shared."""
    return {"url": f"unix://{os.environ['KVP_RESP_SOCKET']}", "memory_socket": os.environ["KVP_MEMORY_SOCKET"]}


def copied_settings() -> dict[str, object]:
    """How to reach that node over TCP, as from another host."""
    return {"url": f"redis://{os.environ['KVP_RESP_ADDRESS']}"}


@pytest.fixture(params=["shared", "copied"])
def settings(request: pytest.FixtureRequest) -> dict[str, object]:
    """How to reach that node, in each way."""
    return shared_settings() if request.param == "shared" else copied_settings()


@pytest.fixture
def node(settings: dict[str, object]) -> Iterator[Node]:
    """That node, as adapters see it."""
    reached = Node(NodeSettings.read(settings))
    yield reached
    reached.close()


@pytest.fixture
def own(tmp_path: Path) -> Iterator[NodeProcess]:
    """A node that the test may kill."""
    process = NodeProcess(tmp_path, "--host-size", "64Mi")
    process.start()
    yield process
    process.kill()
