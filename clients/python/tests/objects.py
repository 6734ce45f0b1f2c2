"""Memory objects of LMCache's: the real ones where it is installed, else those of the stand-in."""

from __future__ import annotations

import importlib
import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lmcache.v1.memory_management import TensorMemoryObj


def memory_object(size: int) -> TensorMemoryObj:
    """One of a size."""
    if "KVP_REAL_ENGINES" not in os.environ:
        standin = importlib.import_module("lmcache.v1.memory_management")
        made: TensorMemoryObj = standin.TensorMemoryObj(size)
        return made
    torch = importlib.import_module("torch")
    allocators = importlib.import_module("lmcache.v1.memory_allocators.ad_hoc_memory_allocator")
    real: TensorMemoryObj = allocators.AdHocMemoryAllocator("cpu").allocate(torch.Size([size]), torch.uint8)
    return real
