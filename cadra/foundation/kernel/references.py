"""Pseudonymous references such as "AL-7K3Q-92FD": random, easy to say, tolerant to read, safe to mistype.

Alphabet: digits and consonants that are not mistaken for one another; without vowels no word can appear.
Its size is prime (23), so the weighted check character finds every single wrong character and every
swap of two neighbours.
"""

import secrets

from cadra.foundation.kernel.pack import pack

ALPHABET = "23456789CDFGHJKMNPQRTWX"
LENGTH = 8  # seven random characters and the check character: 23**7 ≈ 3.4 thousand million references
_VALUE = {character: number for number, character in enumerate(ALPHABET)}


class WrongReference(ValueError):
    """The text is not a reference of this mechanism, or a character of it is mistyped."""


def _check(body: str) -> str:
    total = sum(weight * _VALUE[character] for weight, character in enumerate(body, start=2))
    return ALPHABET[total % len(ALPHABET)]


def _shown(prefix: str, characters: str) -> str:
    return f"{prefix}-{characters[:4]}-{characters[4:]}"


def new(prefix: str | None = None) -> str:
    """A new random reference. Not guaranteed unused: keep a unique constraint and try again on a clash."""
    body = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH - 1))
    return _shown(prefix or pack().reference_prefix, body + _check(body))


def batch(count: int, prefix: str | None = None) -> list[str]:
    """`count` new references, different from one another."""
    found: set[str] = set()
    while len(found) < count:
        found.add(new(prefix))
    return list(found)


def parse(text: str, prefix: str | None = None) -> str:
    """The reference as stored, from what someone typed: any case, spaces, dashes, prefix or none."""
    prefix = prefix or pack().reference_prefix
    typed = "".join(character for character in text.upper() if character.isalnum())
    body = typed[len(prefix) :] if len(typed) == len(prefix) + LENGTH and typed.startswith(prefix) else typed
    if len(body) != LENGTH or any(character not in _VALUE for character in body):
        raise WrongReference(text)
    if _check(body[:-1]) != body[-1]:
        raise WrongReference(text)
    return _shown(prefix, body)
