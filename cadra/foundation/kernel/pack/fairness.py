"""What the pack says of restrictions."""

from pydantic import Field

from cadra.foundation.kernel.pack.models import Hinted, YesNo


class Ground(Hinted):
    """What a restriction may rest on. Not verified means: nobody checked that the law allows it."""

    verified: YesNo
    source: str = Field(min_length=1)
