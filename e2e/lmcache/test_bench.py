"""LMCache's own measurements against a node: that they run through with every value right; their figures are printed at the end."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from adapters import KINDS, l2_adapter
from processes import CacheNode, LMCacheServer

_ROUNDS, _KEYS, _KIB = 5, 8, 2048


def lmcache(folder: Path, *arguments: str) -> dict:
    """Runs LMCache's command and gives what it measured."""
    measured = folder / "measured.json"
    command = [sys.executable, "-m", "lmcache.cli.main", *arguments, "--format", "json", "--output", str(measured)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    assert "MISMATCH" not in done.stdout
    return json.loads(measured.read_text())["metrics"]


@pytest.mark.parametrize("kind", [*KINDS, "valkey"])
def test_bench_l2_runs_through(node: CacheNode, kind: str, figures: list[str], tmp_path: Path) -> None:
    # When
    measured = lmcache(
        tmp_path,
        *("bench", "l2", "--l2-adapter", l2_adapter(kind, node), "--no-skip-verify"),
        *("--num-keys", str(_KEYS), "--data-size-kb", str(_KIB), "--rounds", str(_ROUNDS), "--lookup-max-hit-rate", "1"),
    )
    # Then
    for operation in ("op_0", "op_1", "op_2"):
        done = measured[operation]
        assert done["rounds_timed_out"] == 0
        assert done["total_success"] == done["total_keys"] == _ROUNDS * _KEYS
        speed = f"{done['throughput_avg_mbps']:8.1f} MB/s" if done["throughput_avg_mbps"] else " " * 13
        figures.append(f"bench l2, {kind:13} {done['operation']:7} {speed} {done['ops_per_sec_avg']:8.1f} keys/s")


# Prompts of their own: what one run has stored is no miss for the next.
@pytest.mark.parametrize(("kind", "first"), [("resp", 50), ("plugin-memory", 60)])
def test_bench_server_runs_through(node: CacheNode, kind: str, first: int, figures: list[str], tmp_path: Path) -> None:
    # Given
    server = LMCacheServer(tmp_path, "measured", l2_adapter(kind, node))
    # When
    measured = lmcache(
        tmp_path,
        *("bench", "server", "--mode", "cpu", "--rpc-url", server.rpc, "--url", server.http, "--interval", "0"),
        *("--num-tokens", "512", "--start", str(first), "--end", str(first + 3)),
        *("--kvcache-shape-spec", "(2,128,16,2,64):float16:4"),
    )
    server.close()
    # Then
    results = measured["results"]
    assert results["checksum_ok"] == results["total_requests"] == 3
    assert results["checksum_fail"] == 0
    for operation in ("cold_store", "warm_retrieve"):
        median = measured[operation][f"{operation}_p50"]
        figures.append(f"bench server, {kind:13} {operation:13} {median:.1f} ms for two chunks of 512 KiB")
