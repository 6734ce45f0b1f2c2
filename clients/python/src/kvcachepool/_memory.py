"""Memory by its address: what engines give is often just that."""

from __future__ import annotations

import ctypes
from collections.abc import Sequence

Parts = Sequence[memoryview]
"""A value's bytes in pieces, one after another; each is contiguous and counts in bytes."""

_WRITABLE = 0x200
_LEAST_UNLOCKED = 64 << 10


class _Buffer(ctypes.Structure):
    """CPython's Py_buffer, part of its stable ABI."""

    _fields_ = [
        ("buf", ctypes.c_void_p),
        ("obj", ctypes.c_void_p),
        ("len", ctypes.c_ssize_t),
        ("itemsize", ctypes.c_ssize_t),
        ("readonly", ctypes.c_int),
        ("ndim", ctypes.c_int),
        ("format", ctypes.c_void_p),
        ("shape", ctypes.c_void_p),
        ("strides", ctypes.c_void_p),
        ("suboffsets", ctypes.c_void_p),
        ("internal", ctypes.c_void_p),
    ]


_from_memory = ctypes.PYFUNCTYPE(ctypes.py_object, ctypes.c_void_p, ctypes.c_ssize_t, ctypes.c_int)(
    ("PyMemoryView_FromMemory", ctypes.pythonapi)
)
_get_buffer = ctypes.PYFUNCTYPE(ctypes.c_int, ctypes.py_object, ctypes.POINTER(_Buffer), ctypes.c_int)(
    ("PyObject_GetBuffer", ctypes.pythonapi)
)
_release_buffer = ctypes.PYFUNCTYPE(None, ctypes.POINTER(_Buffer))(("PyBuffer_Release", ctypes.pythonapi))


def view_at(address: int, length: int) -> memoryview:
    """Writable bytes at an address, which the caller keeps valid for as long as the view is used."""
    if address == 0 or length < 0:
        raise ValueError(f"no memory: address {address}, {length} bytes")
    view: memoryview = _from_memory(address, length, _WRITABLE)
    return view.cast("B")


def address_of(view: memoryview) -> int:
    """Where a view's bytes lie; true while the view is there."""
    buffer = _Buffer()
    _get_buffer(view, ctypes.byref(buffer), 0)
    try:
        return buffer.buf or 0
    finally:
        _release_buffer(ctypes.byref(buffer))


def size_of(parts: Parts) -> int:
    """Bytes in all."""
    return sum(part.nbytes for part in parts)


def copy(into: memoryview, source: memoryview) -> None:
    """Copies as many bytes as `source` has; large pieces without the interpreter's lock, so that the engine goes on."""
    if source.nbytes > into.nbytes:
        raise ValueError(f"{source.nbytes} bytes don't fit into {into.nbytes}")
    if source.nbytes < _LEAST_UNLOCKED or into.readonly:
        into[: source.nbytes] = source
    else:
        ctypes.memmove(address_of(into), address_of(source), source.nbytes)


def copy_parts(into: Parts, source: Parts) -> None:
    """Copies a value from its pieces here to pieces there, which hold as many bytes in all."""
    targets = iter(into)
    target = memoryview(b"")
    for piece in source:
        while piece.nbytes:
            while not target.nbytes:
                target = next(targets)
            some = min(piece.nbytes, target.nbytes)
            copy(target[:some], piece[:some])
            piece, target = piece[some:], target[some:]
