"""Sealing under the root and under the keys derived from it. Primitives come from `cryptography` only."""

import hmac
import os
from collections.abc import Callable

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

NONCE_BYTES = 12


class Box:
    """AES-256-GCM under one key. A sealed value is a random 12-byte nonce, then ciphertext and tag."""

    def __init__(self, key: bytes) -> None:
        self._cipher = AESGCM(key)

    def seal(self, value: bytes, bound_to: bytes) -> bytes:
        """Seal `value`, bound to `bound_to`: it opens in that place only."""
        nonce = os.urandom(NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, value, bound_to)

    def open(self, sealed: bytes, bound_to: bytes) -> bytes:
        """Open what `seal` made; raises BrokenSeal when it was changed or moved."""
        if len(sealed) <= NONCE_BYTES:
            raise BrokenSeal
        try:
            return self._cipher.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], bound_to)
        except InvalidTag:
            raise BrokenSeal from None


class BrokenSeal(Exception):
    """A sealed value was changed, moved, or sealed under another key."""


class Root:
    """The root key of the installation; every other key is derived from it or wrapped by it."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def box(self, purpose: str) -> Box:
        """The box for one purpose; boxes of two purposes cannot open each other's values (HKDF-SHA256)."""
        return Box(self._derived(purpose))

    def mac(self, purpose: str) -> Callable[[bytes], bytes]:
        """HMAC-SHA256 under a key of this purpose."""
        key = self._derived(purpose)
        return lambda value: hmac.digest(key, value, "sha256")

    def _derived(self, purpose: str) -> bytes:
        return HKDF(algorithm=SHA256(), length=32, salt=b"cadra keeper", info=purpose.encode()).derive(self._key)
