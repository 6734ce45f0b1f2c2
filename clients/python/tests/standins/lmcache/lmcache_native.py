"""Stand-in for LMCache's native module."""


class Bitmap:
    """Bits, 0 at first."""

    def __init__(self, size: int) -> None:
        self._bits = [False] * size

    def set(self, index: int) -> None:
        """Sets a bit."""
        self._bits[index] = True

    def test(self, index: int) -> bool:
        """Whether a bit is set."""
        return self._bits[index]

    def size(self) -> int:
        """Number of bits."""
        return len(self._bits)

    def popcount(self) -> int:
        """Number of bits that are set."""
        return sum(self._bits)
