"""The longer texts of the country pack are shown as paragraphs, points and bold words, never as signs."""

from cadra.foundation.kernel.pack import pack
from cadra.foundation.shell.prose import Block, blocks


def test_paragraphs_points_and_bold_words_are_told_apart() -> None:
    text = "# Title\n\nRead **this**\nfirst.\n\n1. **One.** Then more.\n2. Two."
    assert blocks(text) == [
        Block(numbered=False, lines=((("Read ", False), ("this", True), (" first.", False)),)),
        Block(numbered=True, lines=((("One.", True), (" Then more.", False)), (("Two.", False),))),
    ]


def test_nothing_of_its_notation_is_left_in_the_code_of_conduct() -> None:
    for _code, text in pack().code_of_conduct.text.items():
        words = [words for block in blocks(text) for line in block.lines for words, _bold in line]
        assert words
        assert not [piece for piece in words if "**" in piece or piece.startswith("#")]
