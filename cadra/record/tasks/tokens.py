"""Tokens of calendar addresses."""

import hashlib


def hash_of(token: str) -> bytes:
    """SHA-256 of a token: what the database knows it by."""
    return hashlib.sha256(token.encode()).digest()
