"""My files: the list with its filters, and finding one by its reference."""

from dataclasses import dataclass, replace
from uuid import UUID

from cadra.foundation.access.actor import Actor
from cadra.foundation.kernel.references import WrongReference, parse
from cadra.foundation.network.models import User
from cadra.record.cases import queries as cases
from cadra.record.people.models import Person
from cadra.steering.mechanism.queries.colleagues import carriers


@dataclass(frozen=True)
class Wanted:
    """What the list shows; empty values do not narrow it. `worker`: a user id, or "none" for files nobody carries."""

    stage: str = ""
    status: str = ""
    mine: bool = False
    overdue: bool = False
    worker: str = ""
    cursor: str = ""

    def without(self, name: str) -> "Wanted":
        """The same without one filter, from the first page."""
        return replace(self, **{"cursor": "", name: type(getattr(self, name))()})

    def address(self) -> dict[str, str]:
        """As parameters of an address."""
        values = {"stage": self.stage, "status": self.status, "worker": self.worker, "cursor": self.cursor}
        flags = {"mine": "on" if self.mine else "", "overdue": "on" if self.overdue else ""}
        return {key: value for key, value in {**values, **flags}.items() if value}


@dataclass(frozen=True)
class FilesPage:
    """One page of the list, and the colleagues it names."""

    page: cases.Page
    colleagues: list[User]

    def manager(self, user_id: UUID | None) -> str:
        """Who carries a file, when a colleague does."""
        return next((one.name for one in self.colleagues if one.pk == user_id), "")


def files_page(actor: Actor, wanted: Wanted, colleagues: list[User]) -> FilesPage:
    """The files the actor can see, newest event first, one look recorded for the page."""
    return FilesPage(
        cases.my_files(
            actor,
            stage=wanted.stage,
            status=wanted.status,
            mine_only=wanted.mine,
            overdue=wanted.overdue,
            worker=wanted.worker,
            cursor=wanted.cursor,
        ),
        colleagues,
    )


def colleagues_of(actor: Actor) -> list[User]:
    """Who carries files in the actor's institution."""
    return list(carriers(actor.institution_principal).only("id", "name", "institution_id"))


def find(actor: Actor, typed: str) -> UUID | None:
    """The file with this reference, when it is open to the actor. WrongReference when it is mistyped."""
    person = Person.objects.filter(reference=parse(typed)).only("id", "merged_into").first()
    if person is None:
        return None
    return person.merged_into or person.pk


__all__ = ["FilesPage", "Wanted", "WrongReference", "colleagues_of", "files_page", "find"]
