"""LMCache's L2 adapters over a node, as a user of its multiprocess server writes them."""

from __future__ import annotations

import json

import redis
from processes import CacheNode

KINDS = ["resp", "plugin-tcp", "plugin-memory"]
_PLUGIN = {"type": "plugin", "module_path": "kvcachepool.lmcache", "class_name": "KVCachePoolL2Adapter"}


def l2_adapter(kind: str, node: CacheNode) -> str:
    """The JSON for `--l2-adapter`: LMCache's own native client, or the plugin of clients/python over TCP or over the sockets."""
    match kind:
        case "resp":
            return json.dumps({"type": "resp", "host": "127.0.0.1", "port": node.resp_port})
        case "plugin-tcp":
            return json.dumps(_PLUGIN | {"adapter_params": {"url": node.url("redis")}})
        case "plugin-memory":
            parameters = {"url": node.url("unix"), "memory_socket": node.memory_socket}
            return json.dumps(_PLUGIN | {"adapter_params": parameters})
        case "valkey":
            return json.dumps({"type": "valkey", "startup_nodes": f"127.0.0.1:{node.resp_port}"})
    raise ValueError(f"no adapter is called {kind}")


def keys(node: CacheNode, pattern: str = "*") -> list[bytes]:
    """The keys that a node holds."""
    with redis.Redis(port=node.resp_port) as client:
        return list(client.scan_iter(match=pattern, count=1000))


def delete(node: CacheNode, key: bytes) -> None:
    """Takes a value from a node, as an eviction would."""
    with redis.Redis(port=node.resp_port) as client:
        assert client.delete(key) == 1
