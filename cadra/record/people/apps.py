from django.apps import AppConfig

from cadra.foundation.outbox import reaching
from cadra.record.people.reaching import may_contact


class PeopleConfig(AppConfig):
    name = "cadra.record.people"
    label = "people"

    def ready(self) -> None:
        """Whatever would send her a message asks her rule first."""
        reaching.obey(may_contact)
