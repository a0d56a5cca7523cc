"""Sums of money as whole hundredths: read from what was typed, said in words. No floats, so nothing is rounded."""

import re

from django.utils.formats import get_format

HUNDREDTHS = 100
#: Groups of three, always parted the same way; then at most two digits after a point or a comma.
TYPED = re.compile(
    r"(?P<whole>[1-9]\d{0,2}(?P<part>[ \u00a0\u202f.,'])\d{3}(?:(?P=part)\d{3})*|\d{1,12})(?:[.,](?P<rest>\d{1,2}))?",
    re.ASCII,
)


def read(typed: str) -> int | None:
    """Hundredths of a sum: "1250", "1 250,5", "1,250.50". None: not a sum, or finer than hundredths."""
    found = TYPED.fullmatch(typed.strip())
    if found is None:
        return None
    whole = re.sub(r"\D", "", found["whole"])
    return int(whole) * HUNDREDTHS + int((found["rest"] or "0").ljust(2, "0"))


def plain(amount: int) -> str:
    """For other programs: "-1250.50"."""
    sign, amount = ("-" if amount < 0 else ""), abs(amount)
    return f"{sign}{amount // HUNDREDTHS}.{amount % HUNDREDTHS:02}"


def said(amount: int, currency: str) -> str:
    """On a page, as the language writes it: "1,250.50 ALL"."""
    sign, amount = ("−" if amount < 0 else ""), abs(amount)
    whole = f"{amount // HUNDREDTHS:,}".replace(",", get_format("THOUSAND_SEPARATOR"))
    return f"{sign}{whole}{get_format('DECIMAL_SEPARATOR')}{amount % HUNDREDTHS:02} {currency}"
