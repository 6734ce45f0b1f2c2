"""Writes lmcache-chunk-hashes.json: chunk hashes as LMCache itself computes them.

usage: lmcache_vectors.py FOLDER > lmcache-chunk-hashes.json
       FOLDER holds the unpacked wheel lmcache 0.5.6; needs the packages cbor2 and xxhash.

Runs LMCache's own ChunkedTokenDatabase. What that imports and does not need here (torch, transformers, its settings)
is replaced by empty modules; vLLM's part is replaced by its documented rule: the hash function over canonical CBOR,
and NONE_HASH as the hash of the seed.
"""
import hashlib
import importlib.util
import json
import sys
import types

import cbor2
import xxhash


def module(name, **members):
    made = types.ModuleType(name)
    made.__dict__.update(members)
    sys.modules[name] = made
    return made


def canonical(obj):
    return cbor2.dumps(obj, canonical=True)


FUNCTIONS = {
    "sha256_cbor": lambda obj: hashlib.sha256(canonical(obj)).digest(),
    "xxhash_cbor": lambda obj: xxhash.xxh3_128_digest(canonical(obj)),
}


class Quiet:
    def __getattr__(self, _):
        return lambda *args, **kwargs: None


def load_token_database(folder):
    module("torch", Tensor=type("Tensor", (), {}))
    module("transformers", AutoTokenizer=None)
    module("lmcache")
    module("lmcache.logging", init_logger=lambda _: Quiet())
    module("lmcache.utils", CacheEngineKey=None, _lmcache_nvtx_annotate=lambda f: f)
    module("lmcache.v1")
    module("lmcache.v1.config", LMCacheEngineConfig=None)
    module("lmcache.v1.metadata", LMCacheMetadata=None)
    module("vllm")
    module("vllm.utils")
    module("vllm.utils.hashing", get_hash_fn_by_name=FUNCTIONS.__getitem__)
    module("vllm.v1")
    spec = importlib.util.spec_from_file_location("token_database", folder + "/lmcache/v1/token_database.py")
    loaded = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(loaded)
    return loaded


class Config:
    save_unfull_chunk = False
    remote_url = None
    enable_pd = False

    def __init__(self, algorithm, chunk_size):
        self.pre_caching_hash_algorithm = algorithm
        self.chunk_size = chunk_size


def vectors(database, algorithm, seed, chunk_size, tokens):
    utils = types.SimpleNamespace(NONE_HASH=None)

    def init_none_hash(function):
        utils.NONE_HASH = function(seed)

    utils.init_none_hash = init_none_hash
    module("vllm.v1.core", kv_cache_utils=utils)
    chunks = database.ChunkedTokenDatabase(Config(algorithm, chunk_size))
    hashes = [h for _, _, h in chunks.process_tokens(tokens=tokens, make_key=False)]
    return {
        "algorithm": algorithm,
        "seed": seed,
        "chunk_tokens": chunk_size,
        "tokens": tokens,
        "root": f"{database.NONE_HASH:016x}",
        "chain": [f"{h:016x}" for h in hashes],
    }


def main():
    database = load_token_database(sys.argv[1])
    prompts = [
        (4, list(range(14))),
        (16, [151644, 8948, 198, 2610, 525, 264, 10950, 17847, 13, 151645, 198, 65535, 65536, 255, 256, 24, 23] * 2),
        (256, [(i * i * 31 + 7) % 151936 for i in range(1030)]),
    ]
    made = [
        vectors(database, algorithm, seed, chunk, tokens)
        for algorithm in FUNCTIONS
        for seed in ("0", "vllm-none-hash", "42")
        for chunk, tokens in prompts
    ]
    print("[\n" + ",\n".join(json.dumps(v) for v in made) + "\n]")


main()
