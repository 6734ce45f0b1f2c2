"""Access to a KVCachePool cache-node. `kvcachepool.lmcache` and `kvcachepool.sglang` are for these engines."""

from kvcachepool._client import Client
from kvcachepool._errors import ConnectionLost, KVCachePoolError, MemoryNotShared, Refused
from kvcachepool._lease import Lease
from kvcachepool._node import Node
from kvcachepool._settings import NodeSettings

__all__ = [
    "Client",
    "ConnectionLost",
    "KVCachePoolError",
    "Lease",
    "MemoryNotShared",
    "Node",
    "NodeSettings",
    "Refused",
]
