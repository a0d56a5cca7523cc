"""The epoch keys. Bundles of case keys are wrapped by the key of the current epoch.

They lie in a small file of their own, not in the store: a backup of the store alone opens nothing, and
when an epoch ends its key is overwritten, so every older copy of the store stays shut for ever.
"""

import json
import os
from pathlib import Path

from cadra.keeper import wire
from cadra.keeper.crypto import Box, BrokenSeal, Root
from cadra.keeper.errors import CannotStart
from cadra.keeper.files import replace_file


class Epochs:
    """The living epoch keys: one, or two while an epoch is being turned."""

    def __init__(self, path: Path, root: Root) -> None:
        self._path = path
        self._root_box = root.box("epoch")
        self._keys: dict[int, bytes] = {}
        self._boxes: dict[int, Box] = {}

    def load(self, *, store_is_new: bool) -> None:
        """Read the file, or make the first epoch of a new store."""
        if self._path.exists():
            wrapped = json.loads(self._path.read_text())
            for number, sealed in wrapped.items():
                self._take(int(number), self._unwrap(int(number), wire.octets(sealed)))
        elif store_is_new:
            self._take(1, os.urandom(32))
            self._write()
        else:
            raise CannotStart("The file of epoch keys is missing, so no case key can be opened. Restore it.")

    @property
    def current(self) -> int:
        """The number of the newest epoch."""
        return max(self._boxes)

    @property
    def numbers(self) -> list[int]:
        """The numbers of all living epochs."""
        return sorted(self._boxes)

    def wrap(self, bundle: bytes, case: bytes) -> tuple[int, bytes]:
        """Wrap one case's bundle under the current epoch."""
        number = self.current
        return number, self._boxes[number].seal(bundle, _bound(case, number))

    def unwrap(self, number: int, wrapped: bytes, case: bytes) -> bytes:
        """Open one case's bundle; KeyError when its epoch is destroyed, BrokenSeal when it was changed."""
        return self._boxes[number].open(wrapped, _bound(case, number))

    def begin(self) -> int:
        """Make the next epoch beside the present one; returns its number."""
        number = self.current + 1
        self._keys[number] = os.urandom(32)
        self._write()
        self._boxes[number] = Box(self._keys[number])
        return number

    def destroy_all_but_current(self) -> None:
        """Overwrite the older keys, on disk first, then in memory."""
        current = self.current
        self._keys = {current: self._keys[current]}
        self._write()
        self._boxes = {current: self._boxes[current]}

    def _take(self, number: int, key: bytes) -> None:
        self._keys[number] = key
        self._boxes[number] = Box(key)

    def _unwrap(self, number: int, sealed: bytes) -> bytes:
        try:
            return self._root_box.open(sealed, b"%d" % number)
        except BrokenSeal:
            raise CannotStart("The root key does not open this store's epoch keys.") from None

    def _write(self) -> None:
        wrapped = {n: wire.text(self._root_box.seal(k, b"%d" % n)) for n, k in self._keys.items()}
        replace_file(self._path, json.dumps(wrapped).encode())


def _bound(case: bytes, number: int) -> bytes:
    return b"case key" + case + number.to_bytes(8, "big")
