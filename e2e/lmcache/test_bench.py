"""LMCache's own measurements against a node: that they run through with every value right; their figures are printed."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from adapters import KINDS, l2_adapter
from processes import CacheNode, LMCacheServer

_ROUNDS, _KEYS, _KIB = 5, 8, 2048


def lmcache(*arguments: str) -> dict:
    """Runs LMCache's command and gives what it measured."""
    command = [sys.executable, "-m", "lmcache.cli.main", *arguments, "--format", "json"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    assert "MISMATCH" not in done.stdout
    return json.loads(done.stdout[done.stdout.index("\n{") :])


@pytest.mark.parametrize("kind", [*KINDS, "valkey"])
def test_bench_l2_runs_through(node: CacheNode, kind: str) -> None:
    # When
    measured = lmcache(
        *("bench", "l2", "--l2-adapter", l2_adapter(kind, node), "--no-skip-verify"),
        *("--num-keys", str(_KEYS), "--data-size-kb", str(_KIB), "--rounds", str(_ROUNDS), "--lookup-max-hit-rate", "1"),
    )
    # Then
    print(json.dumps(measured))
    for operation in ("op_0", "op_1", "op_2"):
        done = measured["metrics"][operation]
        assert done["rounds_timed_out"] == 0
        assert done["total_success"] == done["total_keys"] == _ROUNDS * _KEYS
        print(f"{kind} {done['operation']}: {done['throughput_avg_mbps']} MB/s, {done['ops_per_sec_avg']} keys/s")


@pytest.mark.parametrize("kind", ["resp", "plugin-memory"])
def test_bench_server_runs_through(node: CacheNode, kind: str, tmp_path: Path) -> None:
    # Given
    server = LMCacheServer(tmp_path, "measured", l2_adapter(kind, node))
    # When
    measured = lmcache(
        *("bench", "server", "--mode", "cpu", "--rpc-url", server.rpc, "--url", server.http, "--interval", "0"),
        *("--num-tokens", "512", "--start", "50", "--end", "53", "--kvcache-shape-spec", "(2,128,16,2,64):float16:4"),
    )
    server.close()
    # Then
    print(json.dumps(measured))
    results = measured["metrics"]["results"]
    assert results["checksum_ok"] == results["total_requests"] == 3
    assert results["checksum_fail"] == 0
