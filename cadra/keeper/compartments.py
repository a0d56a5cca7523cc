"""The compartments, in the order in which their keys lie in a case's bundle."""

COMPARTMENTS = ("core", "identity", "contact", "story", "support", "health", "justice", "child")
KEY_BYTES = 32
BUNDLE_BYTES = KEY_BYTES * len(COMPARTMENTS)
ALL = (1 << len(COMPARTMENTS)) - 1
CORE = 1
"""The little that travels with every grant: whoever may open anything of a case may open this."""
CONTACT = 1 << COMPARTMENTS.index("contact")

_BITS = {name: 1 << place for place, name in enumerate(COMPARTMENTS)}


def bit(compartment: str) -> int:
    """The bit of one compartment; KeyError when there is no such compartment."""
    return _BITS[compartment]


def mask(compartments: list[str]) -> int:
    """The bits of several compartments together, `core` always among them; 0 for none."""
    total = 0
    for compartment in compartments:
        total |= _BITS[compartment] | CORE
    return total


def key_of(bundle: bytes, compartment: str) -> bytes:
    """The 32-byte key of one compartment out of a case's bundle."""
    start = COMPARTMENTS.index(compartment) * KEY_BYTES
    return bundle[start : start + KEY_BYTES]
