"""Stand-in for LMCache's memory objects."""

import ctypes
from typing import Protocol


class MemoryObj(Protocol):
    """Memory of LMCache's."""

    @property
    def byte_array(self) -> bytes | memoryview:
        """Its bytes."""
        ...


class TensorMemoryObj:
    """Memory of a fixed size, shown as the real class does: over a ctypes array."""

    def __init__(self, size: int) -> None:
        self._memory = (ctypes.c_ubyte * size)()

    @property
    def byte_array(self) -> memoryview:
        """Its bytes."""
        return memoryview(self._memory)
