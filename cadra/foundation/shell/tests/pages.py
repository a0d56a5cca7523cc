"""Reading a page in a test: its elements, ids and links."""

from dataclasses import dataclass, field
from html.parser import HTMLParser


@dataclass
class Element:
    name: str
    attrs: dict[str, str]
    text: str = ""
    inside: tuple["Element", ...] = ()


class _Reader(HTMLParser):
    EMPTY = {"input", "meta", "link", "br", "hr", "img", "path", "rect"}

    def __init__(self) -> None:
        super().__init__()
        self.open: list[Element] = []
        self.elements: list[Element] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs}, inside=tuple(self.open))
        self.elements.append(element)
        if tag not in self.EMPTY:
            self.open.append(element)

    def handle_endtag(self, tag: str) -> None:
        while self.open and self.open.pop().name != tag:
            pass

    def handle_data(self, data: str) -> None:
        for element in self.open:
            element.text += data


@dataclass
class Page:
    html: str
    elements: list[Element] = field(default_factory=list)

    def __post_init__(self) -> None:
        reader = _Reader()
        reader.feed(self.html)
        self.elements = reader.elements

    def all(self, tag: str, /, **attrs: str) -> list[Element]:
        wanted = {key.rstrip("_").replace("_", "-"): value for key, value in attrs.items()}
        return [e for e in self.elements if e.name == tag and wanted.items() <= e.attrs.items()]

    def one(self, tag: str, /, **attrs: str) -> Element:
        (found,) = self.all(tag, **attrs)
        return found

    def with_class(self, css: str) -> list[Element]:
        return [e for e in self.elements if css in e.attrs.get("class", "").split()]

    @property
    def ids(self) -> list[str]:
        return [e.attrs["id"] for e in self.elements if "id" in e.attrs]
