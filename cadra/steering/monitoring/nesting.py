"""Figures that are a part of another figure: what may be shown of the part follows from what is shown of the whole.

A line such as "reasons for refusing" adds up to one cell of another line ("refused"). Each line is protected by itself,
so the part is shown only where its whole is a number anybody may read; else it would say what was hidden there.
Lines of figures that count other things (offers, and those of them that were not taken) meet in `known`.
"""

from collections.abc import Mapping

from cadra.foundation.kernel.pack import pack
from cadra.steering.monitoring.subjects import NOT_TAKEN
from cadra.steering.monitoring.suppression import Figures, Pair, Shown


def nest(figures: Figures) -> Figures:
    """The same figures, the lines of hidden wholes closed."""
    for line, (axis, code) in _wholes().items():
        if line in figures.lines:
            whole = figures.lines[axis]
            if whole is None or not isinstance(whole.get(code, 0), int):
                figures.lines[line] = None
    return figures


def known(line: Mapping[str, Shown] | None, total: Shown, group: tuple[str, ...] = NOT_TAKEN) -> int | None:
    """How many are in these cells of a line together, when its other numbers say so anyway.

    None: cells inside and outside of the group are hidden, so that their sum must stay unknown too.
    """
    if line is None or not isinstance(total, int):
        return None
    hidden = {code for code, n in line.items() if not isinstance(n, int)}
    if hidden & set(group) and hidden - set(group):
        return None
    shown = {code: n for code, n in line.items() if isinstance(n, int)}
    if hidden <= set(group):
        return total - sum(n for code, n in shown.items() if code not in group)
    return sum(shown.get(code, 0) for code in group)


def known_by(axis: str, column: str, figures: Figures) -> bool:
    """Do these figures say for each code of a line how many are `known`? One that they don't say follows from all."""
    rows, cross = figures.lines[axis], figures.crosses[axis, column]
    if rows is None or cross is None or known(figures.lines[column], figures.total) is None:
        return False
    lines = {code: {other: n for (row, other), n in cross.items() if row == code} for code in rows}
    return sum(known(lines[code], rows[code]) is None for code in rows) <= 1


def _wholes() -> dict[str, Pair]:
    """Line → the cell of another line it adds up to."""
    families = {f"reason_{family.code}": ("family", family.code) for family in pack().decline_families}
    return {**families, "refusal": ("state", "refused"), "ended": ("help", "closed")}
