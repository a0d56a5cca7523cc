"""What the doctor says, and about what."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from cadra.config.runtime.places import places

GOOD, CARE, BAD = "ok", "look", "BAD"


@dataclass(frozen=True)
class Finding:
    """One sentence about one thing. BAD stops Çadra from working; CARE does not."""

    grade: str
    words: str


@dataclass(frozen=True)
class Patient:
    """What is examined: the data folder and the settings as the programs would see them."""

    data: Path
    settings: Mapping[str, str]

    @property
    def secrets_dir(self) -> Path:
        return Path(self.settings.get("CADRA_SECRETS_DIR") or places(self.data).secrets)

    @property
    def is_for_people(self) -> bool:
        """A copy for real people: no demonstration, and not a checkout nobody has set up yet."""
        return not self.is_on("CADRA_DEMO") and bool(self.says("DATABASE_URL") or self.says("CADRA_BASE_URL"))

    def says(self, name: str) -> str:
        """A setting, '' when it is not set."""
        return self.settings.get(name, "").strip()

    def is_on(self, name: str) -> bool:
        return self.says(name).lower() in ("1", "true", "yes", "on")
