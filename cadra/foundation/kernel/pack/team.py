"""What a country says of those who work with her: the places around a person, and how heavy a file weighs."""

from typing import Annotated

from pydantic import Field

from cadra.foundation.kernel.pack.models import Code, Codes, Compartments, Entry, Hinted, YesNo


class Place(Hinted):
    """A place beside her. `roles`: whose work it may be; `by_law`: parts the place opens without being asked;
    `consent`: the kind of recipient whose consent opens the rest, if any. Not verified: nobody checked the law.
    """

    roles: Codes
    by_law: Compartments
    consent: Code | None = None
    child_only: YesNo
    verified: YesNo
    source: str = Field(min_length=1)


class Weight(Entry):
    """How much a file of this kind adds to what one worker carries; `full`: from where somebody should look."""

    value: Annotated[int, Field(ge=0, le=10_000)]
    verified: YesNo
    source: str = Field(min_length=1)
