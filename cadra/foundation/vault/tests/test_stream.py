"""A sealed stream opens whole, in its place, or not at all."""

import io
import os

import pytest

from cadra.foundation.vault import SealBroken
from cadra.foundation.vault.stream import SEGMENT, seal_into, unsealed

KEY, PLACE = bytes(range(32)), b"document 1 original"
HEAD, SEALED = 24, SEGMENT + 16


def sealed(content: bytes, key: bytes = KEY, place: bytes = PLACE, piece: int = 1000) -> bytes:
    written = io.BytesIO()
    seal_into(written, key, place, (content[at : at + piece] for at in range(0, len(content), piece)))
    return written.getvalue()


def opened(data: bytes, key: bytes = KEY, place: bytes = PLACE) -> bytes:
    return b"".join(unsealed(key, place, io.BytesIO(data)))


@pytest.mark.parametrize("size", [0, 1, SEGMENT - 1, SEGMENT, SEGMENT + 1, 3 * SEGMENT, 3 * SEGMENT + 5])
def test_what_was_sealed_opens_as_it_was(size: int) -> None:
    content = os.urandom(size)
    found = sealed(content, piece=70_000)
    assert opened(found) == content
    assert size < 16 or content[:16] not in found


def test_the_same_content_is_never_sealed_alike() -> None:
    assert sealed(b"same")[HEAD:] != sealed(b"same")[HEAD:]


WHOLE = sealed(os.urandom(3 * SEGMENT + 5))
OTHER = sealed(bytes(2 * SEGMENT))
FIRST, SECOND = WHOLE[HEAD : HEAD + SEALED], WHOLE[HEAD + SEALED : HEAD + 2 * SEALED]
TAMPERED = {
    "cut off within a segment": WHOLE[:-1],
    "cut off between segments": WHOLE[: HEAD + 3 * SEALED],
    "cut off after the first": WHOLE[: HEAD + SEALED],
    "only its head": WHOLE[:HEAD],
    "nothing": b"",
    "a bit changed": WHOLE[:100] + bytes([WHOLE[100] ^ 1]) + WHOLE[101:],
    "the head changed": WHOLE[:5] + bytes([WHOLE[5] ^ 1]) + WHOLE[6:],
    "another format": b"\x02" + WHOLE[1:],
    "two segments swapped": WHOLE[:HEAD] + SECOND + FIRST + WHOLE[HEAD + 2 * SEALED :],
    "a segment left out": WHOLE[:HEAD] + SECOND + WHOLE[HEAD + 2 * SEALED :],
    "a segment doubled": WHOLE[:HEAD] + FIRST + WHOLE[HEAD:],
    "something added": WHOLE + b"x",
    "a segment of another stream": WHOLE[:HEAD] + OTHER[HEAD : HEAD + SEALED] + WHOLE[HEAD + SEALED :],
}


@pytest.mark.parametrize("how", TAMPERED)
def test_a_stream_that_was_changed_does_not_open(how: str) -> None:
    with pytest.raises(SealBroken):
        opened(TAMPERED[how])


@pytest.mark.parametrize(
    ("key", "place"), [(bytes(32), PLACE), (KEY, b"document 2 original"), (KEY, b"document 1 page")]
)
def test_it_opens_with_its_own_key_in_its_own_place_alone(key: bytes, place: bytes) -> None:
    with pytest.raises(SealBroken):
        opened(WHOLE, key, place)
