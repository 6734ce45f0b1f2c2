"""Access to a KVCachePool cache-node on the same host."""

from kvcachepool._client import Client, Lease
from kvcachepool._errors import ConnectionLost, KVCachePoolError, Refused

__all__ = ["Client", "ConnectionLost", "KVCachePoolError", "Lease", "Refused"]
