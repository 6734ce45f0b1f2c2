"""An engine's worker without a model, as LMCache's own `bench server` has it: it speaks LMCache's client protocol to its server,
and keeps KV blocks in memory whose content it knows.
"""

from __future__ import annotations

from lmcache.cli.commands.bench.server_bench.client import RequestContext, ServerBenchClient
from lmcache.cli.commands.bench.server_bench.config import BenchConfig

# What LMCache's bench calls its model; 256 tokens of it are VALUE_BYTES.
MODEL = "test-model"
CHUNK = 256
_LAYERS, _BLOCKS, _BLOCK_TOKENS, _HEADS, _HEAD_SIZE = 4, 128, 16, 2, 64
VALUE_BYTES = 2 * _LAYERS * CHUNK * _HEADS * _HEAD_SIZE * 2


class Worker:
    """A worker that is registered at a server. Prompts have a number each, and as many whole chunks as `chunks` says.

    Args:
        transfer: LMCache's transfer mode, `engine_driven` or `lmcache_driven`.
    """

    def __init__(self, rpc: str, http: str, chunks: int = 2, transfer: str = "engine_driven") -> None:
        shape = f"(2,{_BLOCKS},{_BLOCK_TOKENS},{_HEADS},{_HEAD_SIZE}):float16:{_LAYERS}"
        self.chunks = chunks
        self._said: list[str] = []
        self._turn = 0
        self._client = ServerBenchClient(
            BenchConfig(rpc, http, "cpu", transfer, 1, False, chunks * CHUNK, shape, _BLOCKS, _BLOCK_TOKENS),
            self._said.append,
        )
        self._client.start()

    def _request(self, prompt: int) -> RequestContext:
        self._turn += 1
        request = self._client.create_request(prompt, f"prompt-{prompt}-{self._turn}", "test")
        assert request is not None and request.total_chunks == self.chunks
        return request

    def tokens(self, prompt: int) -> list[int]:
        """A prompt's tokens, of its whole chunks."""
        request = self._request(prompt)
        return list(request.token_ids[: request.num_full_tokens])

    def store(self, prompt: int) -> list[str]:
        """Stores a prompt's blocks as they are in this worker's memory; a digest of each chunk."""
        request = self._request(prompt)
        hits = self._client.lookup(request)
        assert hits.succeeded and hits.hit_chunks == 0, "the prompt was known already"
        digests = self._client.compute_checksums(request, 0, request.num_full_tokens)
        stored = self._client.store(request, 0, request.num_full_tokens)
        self._client.end_session(request)
        assert stored is not None and stored.succeeded, self._said[-5:]
        assert digests is not None
        return digests

    def look_up(self, prompt: int) -> int:
        """How many of a prompt's chunks the server finds."""
        request = self._request(prompt)
        found = self._client.lookup(request)
        self._client.end_session(request)
        assert found.succeeded, self._said[-5:]
        return found.hit_chunks

    def read(self, prompt: int) -> list[str] | None:
        """Reads into memory that was emptied what the server finds of a prompt; a digest of each chunk, None where it fails."""
        request = self._request(prompt)
        found = self._client.lookup(request)
        assert found.succeeded, self._said[-5:]
        if found.hit_chunks == 0:
            self._client.end_session(request)
            return []
        tokens = found.hit_chunks * CHUNK
        self._client.zero_destination(request, 0, tokens)
        got = self._client.retrieve(request, 0, tokens)
        self._client.end_session(request)
        if got is None or not got.succeeded:
            return None
        return self._client.compute_checksums(request, 0, tokens)

    def close(self) -> None:
        """Says goodbye to the server."""
        self._client.close()
