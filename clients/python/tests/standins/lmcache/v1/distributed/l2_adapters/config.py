"""Stand-in for LMCache's configurations of adapters."""

from __future__ import annotations

from abc import ABC, abstractmethod


class L2AdapterConfigBase(ABC):
    """A configuration of an adapter."""

    @classmethod
    @abstractmethod
    def from_dict(cls, d: dict[str, object]) -> L2AdapterConfigBase:
        """Reads one."""

    @classmethod
    @abstractmethod
    def help(cls) -> str:
        """Explains the fields."""
