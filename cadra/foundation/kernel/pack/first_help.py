"""What the pack says of the first concrete help: small things that build trust."""

from typing import Literal

from cadra.foundation.kernel.pack.models import Code, Hinted


class FirstHelp(Hinted):
    """Something quick to offer her. `given`: what her own worker writes down as given; else it is offered first."""

    service: Code
    given: Literal["session", "goods", "nights"] | None = None
