"""What can go wrong."""


class KVCachePoolError(Exception):
    """Any error of this package."""


class Refused(KVCachePoolError):
    """The node answered with an error; the client can still be used."""


class MemoryNotShared(KVCachePoolError):
    """The node's memory can't be read from here; the client can still be used, and copies values."""


class ConnectionLost(KVCachePoolError):
    """The node is gone or says what it can't say: the client is of no use any more, leases have ended."""
