"""What a country pack says of leaflets: a few plain sentences about a service or a right, to take along."""

from pydantic import field_validator

from cadra.foundation.kernel.pack.models import Code, Codes, Entry, YesNo
from cadra.foundation.kernel.pack.reading import Reader
from cadra.foundation.kernel.pack.text import Text

BETWEEN = "|"  # the sentences of one text


class Leaflet(Entry):
    """One leaflet. `services`: those it is about; none: it goes with all. `body`: its sentences, one after another.

    `level`: how hard it is to read. `verified`: practitioners and those it is for have read it.
    """

    services: Codes = ()
    level: Code
    verified: YesNo
    body: Text

    @field_validator("body")
    @classmethod
    def _says_something(cls, body: Text) -> Text:
        if not all(sentence.strip() for _language, words in body.items() for sentence in words.split(BETWEEN)):
            raise ValueError("a sentence is empty. Write one between each two strokes.")
        return body

    def sentences(self, language: str) -> list[str]:
        """What stands on it, in a language."""
        return [sentence.strip() for sentence in self.body.label(language).split(BETWEEN)]

    def words(self) -> list[str]:
        """Each word of it, in all languages, small and bare."""
        texts = [words for text in (self.text, self.body) for _language, words in text.items()]
        return [word.strip(".,;:!?()“”’\"'|").casefold() for words in texts for word in words.replace("|", " ").split()]


def check(reader: Reader, betraying: tuple[str, ...], leaflets: list[Leaflet]) -> None:
    """Nothing on a leaflet tells a stranger what it is about."""
    for row in leaflets:
        found = next((word for word in row.words() if word.startswith(betraying)), "")
        if found:
            file, line = reader.place(row)
            reader.note(file, line, f"'{found}' would tell a stranger what it is about. Say it otherwise.")
