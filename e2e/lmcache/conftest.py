"""What the tests share: a node, and LMCache kept quiet and to itself."""

from __future__ import annotations

import os

# Before LMCache is imported: it reads these once, and would report its use to its makers otherwise.
os.environ.setdefault("LMCACHE_LOG_LEVEL", "ERROR")
os.environ.setdefault("LMCACHE_TRACK_USAGE", "false")
os.environ.setdefault("PYTHONHASHSEED", "0")

from collections.abc import Iterator  # noqa: E402
from pathlib import Path  # noqa: E402

import pytest  # noqa: E402
from engine import LATE_MISS, MODEL, VALUE_BYTES, Engine  # noqa: E402
from processes import CacheNode  # noqa: E402

MODEL_FLAG = f"name={MODEL},chunk-tokens=256,scheme=lmcache-sha256-cbor,value-bytes={VALUE_BYTES}"
NODE_FLAGS = ["--model", MODEL_FLAG, "--late-miss", f"{LATE_MISS}s"]
SCHEMES = ["redis", "unix", "resp", "valkey", "lm"]

_FIGURES = pytest.StashKey[list[str]]()


def pytest_configure(config: pytest.Config) -> None:
    """Begins without figures."""
    config.stash[_FIGURES] = []


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Prints what was measured."""
    for line in config.stash[_FIGURES]:
        terminalreporter.write_line(line)


@pytest.fixture
def figures(request: pytest.FixtureRequest) -> list[str]:
    """Takes lines that are printed at the end."""
    return request.config.stash[_FIGURES]


@pytest.fixture(scope="session")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CacheNode]:
    """A node for all tests that leave it alone."""
    started = CacheNode(tmp_path_factory.mktemp("node"), "shared", "--host-size", "512Mi", *NODE_FLAGS)
    yield started
    started.close()


@pytest.fixture
def own(tmp_path: Path) -> Iterator[CacheNode]:
    """A node that the test may kill."""
    started = CacheNode(tmp_path, "own", "--host-size", "128Mi", *NODE_FLAGS)
    yield started
    started.close()


@pytest.fixture(params=SCHEMES)
def scheme(request: pytest.FixtureRequest) -> str:
    """Each of the URL's beginnings that LMCache has a connector of its own for."""
    return str(request.param)


@pytest.fixture
def engine(node: CacheNode, scheme: str) -> Iterator[Engine]:
    """LMCache in an engine's process, over the node."""
    made = Engine(node.url(scheme))
    yield made
    made.close()
