"""The whole demonstration in order: network, personas, an invented year."""

import time
from collections.abc import Callable

from django.conf import settings
from django.core.management.base import CommandError

from cadra.demo import data, network, personas

Say = Callable[[str], object]


def tell(say: Say, *, people: int | None = None) -> None:
    """Load what is not there yet; a second time does nothing. CommandError outside the demonstration."""
    if not settings.DEMO:
        raise CommandError("Invented people are only ever loaded into the demonstration (CADRA_DEMO=1).")
    began = time.monotonic()
    spoken = data.language()
    if network.exists():
        built = network.found()
    else:
        built = network.build(spoken)
        say(f"Invented {len(built.institutions)} institutions and {len(built.users)} colleagues.")
    personas.equip(built)
    say(f"The story is told ({time.monotonic() - began:.0f} s).")
