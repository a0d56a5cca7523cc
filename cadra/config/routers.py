"""Only the owner migrates; the serving roles own nothing."""

from typing import Any


class OwnerMigrates:
    """Refuse `migrate` on any connection but `owner`, so no serving role ever holds a table."""

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        return db == "owner"
