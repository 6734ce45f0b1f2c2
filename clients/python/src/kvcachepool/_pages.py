"""Pages in the host memory of SGLang's pools."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from kvcachepool._bytes import Tensor, bytes_of_tensor
from kvcachepool._memory import Parts, view_at


class Indices(Protocol):
    """As much of a tensor of token indices as is used here."""

    def numel(self) -> int: ...
    def tolist(self) -> list[int]: ...
    def __len__(self) -> int: ...


class HostPool(Protocol):
    """As much of SGLang's HostKVCache as is used here."""

    page_size: int
    layout: str
    dtype: object

    def get_page_buffer_meta(self, indices: Indices) -> tuple[Sequence[int], Sequence[int]]: ...
    def get_data_page(self, index: int, flat: bool = True) -> Tensor: ...
    def get_dummy_flat_data_page(self) -> Tensor: ...
    def set_from_flat_data_page(self, index: int, data_page: Tensor) -> None: ...


def pages_at(pool: HostPool, pages: int, indices: Indices) -> list[Parts]:
    """Where a pool's pages lie, each in pieces.

    Raises:
        ValueError: the indices are not those of as many pages, or the pool says something else.
    """
    if indices.numel() != pages * pool.page_size:
        raise ValueError(f"{indices.numel()} indices for {pages} pages of {pool.page_size} tokens")
    addresses, sizes = pool.get_page_buffer_meta(indices)
    if pages == 0:
        return []
    if len(addresses) != len(sizes) or len(addresses) % pages:
        raise ValueError(f"{len(addresses)} addresses and {len(sizes)} sizes for {pages} pages")
    each = len(addresses) // pages
    pieces = [view_at(address, size) for address, size in zip(addresses, sizes, strict=True)]
    return [pieces[at : at + each] for at in range(0, len(pieces), each)]


def page_starts(pool: HostPool, pages: int, indices: Indices) -> list[int]:
    """The first index of each page."""
    if indices.numel() != pages * pool.page_size:
        raise ValueError(f"{indices.numel()} indices for {pages} pages of {pool.page_size} tokens")
    return indices.tolist()[:: pool.page_size]


def whole(tensors: Sequence[Tensor]) -> list[Parts]:
    """Tensors' bytes, which the caller keeps alive."""
    return [[bytes_of_tensor(tensor)] for tensor in tensors]


def has_addresses(pool: HostPool) -> bool:
    """Whether a pool says where its pages lie; else they are copied as tensors."""
    return pool.layout != "layer_first" and hasattr(pool, "get_page_buffer_meta")
