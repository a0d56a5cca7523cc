"""What a country pack says of training: the topics, and the work each is needed for."""

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator

from cadra.foundation.kernel.pack.models import Hinted

Work = Literal["interview", "identification", "child"]


def _split(value: Any) -> Any:
    return tuple(part.strip() for part in value.split(";") if part.strip()) if isinstance(value, str) else value


class TrainingTopic(Hinted):
    """A topic of training; `needed_for`: whoever does this work without it is named with a warning."""

    needed_for: Annotated[tuple[Work, ...], BeforeValidator(_split)] = ()
