"""A numpy array that grows at its end, doubling its room."""

import numpy as np


class Growing:
    """Append-only one-dimensional array; `view` is always of what is filled."""

    def __init__(self, dtype: type, room: int = 1024) -> None:
        self._array: np.ndarray = np.zeros(room, dtype=dtype)
        self.size = 0

    @property
    def view(self) -> np.ndarray:
        """The filled part; stays valid, but not current, after the next append."""
        return self._array[: self.size]

    def extend(self, values: list[int]) -> None:
        """Append values."""
        end = self.size + len(values)
        if end > len(self._array):
            # A quarter more, not double: a country's worth of names leaves little room unused.
            bigger = np.zeros(max(end, len(self._array) * 5 // 4), dtype=self._array.dtype)
            bigger[: self.size] = self.view
            self._array = bigger
        self._array[self.size : end] = values
        self.size = end

    def append(self, value: int) -> None:
        """Append one value."""
        if self.size < len(self._array):
            self._array[self.size] = value
            self.size += 1
        else:
            self.extend([value])
