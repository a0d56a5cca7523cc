"""What waits for somebody in one part of the mechanism, read by itself: *My work* reads all parts together."""

from typing import Any

from cadra.foundation.kernel.together import together
from cadra.foundation.kernel.work import WorkItem


def work(of: Any, actor: Any) -> list[WorkItem]:
    """Lines of this part (a module or package with `wanted` and `items`)."""
    found: list[WorkItem] = of.items(actor, together(*of.wanted(actor)))
    return found
