"""What engines give as memory, as byte views."""

from __future__ import annotations

from typing import Protocol

from kvcachepool._memory import address_of, view_at


class Tensor(Protocol):
    """As much of torch.Tensor as is used here; always one in host memory."""

    def data_ptr(self) -> int: ...
    def numel(self) -> int: ...
    def element_size(self) -> int: ...
    def is_contiguous(self) -> bool: ...
    def contiguous(self) -> Tensor: ...


def bytes_of(buffer: memoryview) -> memoryview:
    """A contiguous buffer of any item format as bytes, which the caller keeps alive."""
    if buffer.format == "B":
        return buffer.cast("B")
    # memoryview.cast knows no formats with a byte order, as ctypes has them.
    view = view_at(address_of(buffer), buffer.nbytes)
    return view.toreadonly() if buffer.readonly else view


def bytes_of_tensor(tensor: Tensor) -> memoryview:
    """A contiguous tensor's bytes, which the caller keeps alive."""
    size = tensor.numel() * tensor.element_size()
    return view_at(tensor.data_ptr(), size) if size else memoryview(b"")
