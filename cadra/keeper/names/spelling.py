"""Brings the spellings of one name together: scripts, diacritics, and the habits of several languages.

`plain` gives a name's tokens in ASCII letters. `folds` gives the sound of a token, coarsely: Albanian xh,
Serbian dž and Italian gi meet in one letter, as do q, ć, č and ch, or sh, š and sch.
"""

import re
import unicodedata


def _pairs(text: str) -> dict[str, str]:
    """'ж zh ч ch' as a table; '-' stands for nothing."""
    words = text.split()
    return {a: b.strip("-") for a, b in zip(words[::2], words[1::2], strict=True)}


# Serbian, Macedonian and Bulgarian letters as Albanian would write them.
_LETTERS = str.maketrans(
    _pairs(
        """
        а a б b в v г g д d е e з z и i к k л l м m н n о o п p р r с s т t у u ф f х h ц c
        ж zh ч ch ш sh ј j љ lj њ nj ђ dj ћ q џ xh ѓ gj ќ q ѕ x ѐ e ѝ i й j щ sht ъ a ь - ю ju я ja
        ы i э e ё jo і i ї ji є je ґ g
        đ dj ð dh þ th ß ss æ ae œ oe ø o ł l ı i š sh ş sh ž zh č ch ç ch ć q ğ g
        """
    )
)
_GREEK_PAIRS = _pairs(
    "ντσ nc ντζ nxh ϊ j ΐ j ϋ i ΰ i ου u μπ b ντ d γκ g γγ g τζ xh τσ c αι e ει i οι i υι i ευ ev αυ av"
)
_GREEK_LETTERS = str.maketrans(
    _pairs(
        """
        α a β v γ g δ dh ε e ζ z η i θ th ι i κ k λ l μ m ν n ξ ks ο o π p ρ r σ s ς s τ t υ i φ f χ h
        ψ ps ω o
        """
    )
)
_GREEK_PAIR = re.compile("|".join(_GREEK_PAIRS))
_HAS_GREEK = re.compile(r"[\u0370-\u03ff\u1f00-\u1fff]")
_NOT_LETTERS = re.compile(r"[^\w]+|[\d_]+")
_APOSTROPHES = re.compile(r"['’ʼ`´]")

# In this order: longer habits first, since each leaves letters for the next.
_SOUNDS = (
    (re.compile("tsch|tch"), "k"),
    (re.compile("dsch|dzh|dgj"), "g"),
    (re.compile("sch|sc(?=[ei])"), "s"),
    (re.compile("ph"), "f"),
    (re.compile("ck|cq|kj|kq"), "k"),
    (re.compile("tz|ts|tc"), "k"),
    (re.compile("[nm]j|ny|gn"), "n"),
    (re.compile("lj|ly|gli(?=[aeou])"), "l"),
    (re.compile("[gd]j|[gd]y(?=[aeou])|gi(?=[aeou])|dz|gh(?=[ei])"), "g"),
    (re.compile("ou"), "u"),
    (re.compile("h"), ""),
    (re.compile("[qc]"), "k"),
    (re.compile("x"), "g"),
    (re.compile("z"), "s"),
    (re.compile("[yj]"), "i"),
    (re.compile("w"), "v"),
    (re.compile(r"(.)\1+"), r"\1"),
    (re.compile("(?<=...)e$"), ""),
)
_OTHER_HABITS = (
    # English and French write j where Albanian writes xh.
    (re.compile("^j|(?<=[aeiouy])j(?=[aeiou])"), "xh"),
    (re.compile("xh"), "j"),
)


def plain(name: str) -> list[str]:
    """The tokens of a name in ASCII letters where a way is known; other scripts keep their letters."""
    text = _APOSTROPHES.sub("", unicodedata.normalize("NFC", name.casefold()))
    if _HAS_GREEK.search(text):
        text = _GREEK_PAIR.sub(lambda pair: _GREEK_PAIRS[pair[0]], _without_accents(text))
        text = text.translate(_GREEK_LETTERS)
    text = _strip_marks(text.translate(_LETTERS))
    return [token for token in _NOT_LETTERS.split(text) if token]


def fold(token: str) -> str:
    """The coarse sound of one plain token; never empty."""
    sound = token
    for habit, letter in _SOUNDS:
        sound = habit.sub(letter, sound)
    return sound or token


def folds(token: str) -> list[str]:
    """The sound of a token, and what it would be had it been written with another language's habit."""
    sounds = [fold(token)]
    for habit, letters in _OTHER_HABITS:
        other = fold(habit.sub(letters, token))
        if other not in sounds:
            sounds.append(other)
    return sounds


def _strip_marks(text: str) -> str:
    if text.isascii():
        return text
    return "".join(letter for letter in unicodedata.normalize("NFKD", text) if not unicodedata.combining(letter))


def _without_accents(text: str) -> str:
    """Greek without accents but with its diaereses, which keep two vowels apart (Μπαϊράμ is not Μπεράμ)."""
    letters = unicodedata.normalize("NFD", text).replace("\u0301", "")
    return unicodedata.normalize("NFC", letters)
