"""Every form there is takes no field its page does not show (security.md A7), found by walking addresses and pages.

Each form is filled with what it offers itself and sent with a value for every field of every model besides. What a
form does alone is compared in test_tampering.py, for those with much to say; here it is that nothing planted stays,
also where a form is not taken because the least somebody can fill in is not enough for it.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urljoin, urlsplit
from uuid import uuid4

import pytest
from django.forms import BaseForm
from django.forms.models import BaseModelForm
from django.urls import Resolver404, URLPattern, URLResolver, get_resolver, resolve

from tests.walls.test_addresses import ENDING, OURS, places
from tests.walls.test_tampering import FEED, WORD, planted, snapshot, words_opened
from tests.world import World

pytestmark = [pytest.mark.usefixtures("quiet"), pytest.mark.once]

MARKS = (FEED, WORD, "987654", "2031-07-07")
#: Who is tried on each page, in this order, until its form is taken.
MEMBERS = ("rea", "marta", "petrit", "ada", "kleo", "ina", "dita", "lule", "sara", "mona", "sys", None)


@dataclass
class Form:
    """One form of a page: where it goes, and what a person who fills in the least would send."""

    action: str = ""
    fields: dict[str, list[str]] = field(default_factory=dict)
    offered: set[str] = field(default_factory=set)


class Forms(HTMLParser):
    """The forms of a page that are sent with POST."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[Form] = []
        self._form: Form | None = None
        self._area = self._select = ""

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attributes}
        if tag == "form" and given.get("method", "").lower() == "post":
            self._form = Form(given.get("action", ""))
            self.found.append(self._form)
        if self._form is None or tag not in ("input", "select", "textarea", "option", "button"):
            return
        name = given.get("name", "")
        if name:
            self._form.offered.add(name)
        if tag == "input" and name:
            self._input(name, given, {key for key, _ in attributes})
        elif tag == "textarea":
            self._area = name
            self._form.fields[name] = ["Words"]
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select and given.get("value"):
            chosen = "selected" in {key for key, _ in attributes}
            if chosen or not self._form.fields.get(self._select):
                self._form.fields[self._select] = [given["value"]]
        elif tag == "button" and name:
            self._form.fields.setdefault(name, [given.get("value", "")])

    def _input(self, name: str, given: dict[str, str], names: set[str]) -> None:
        assert self._form is not None
        kind, value, fields = given.get("type", "text"), given.get("value", ""), self._form.fields
        if kind in ("radio", "checkbox"):
            if "disabled" not in names and ("checked" in names or not fields.get(name)):
                fields[name] = [value or "on"]
        elif kind not in ("submit", "file", "image"):
            fields[name] = [value or typed(name, given)]

    def handle_data(self, data: str) -> None:
        if self._area and self._form is not None and data.strip():
            self._form.fields[self._area] = [data.strip()]

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        elif tag == "textarea":
            self._area = ""
        elif tag == "select":
            self._select = ""


def typed(name: str, given: dict[str, str]) -> str:
    """What somebody writes into an empty line of a form."""
    ends = {"year": "2027", "month": "1", "day": "1", "hour": "9", "minute": "0", "email": "n@cadra.example"}
    for end, value in ends.items():
        if name.endswith(end):
            return value
    return "1" if given.get("inputmode") == "numeric" or given.get("type") == "number" else "Words"


def takes_a_form(view: Callable[..., Any]) -> bool:
    """Whether the view answers POST: as its decorator says, and without one, yes."""
    at: Any = view
    while at is not None:
        code, cells = getattr(at, "__code__", None), getattr(at, "__closure__", None) or ()
        for name, cell in zip(getattr(code, "co_freevars", ()), cells, strict=False):
            if name == "request_method_list":
                return "POST" in cell.cell_contents
        at = getattr(at, "__wrapped__", None)
    return True


def taking() -> set[str]:
    """The names of all addresses of ours that take a form, from the URL configuration."""

    def walk(patterns: Any, space: str) -> Iterator[str]:
        for entry in patterns:
            if isinstance(entry, URLResolver):
                yield from walk(entry.url_patterns, entry.namespace or space)
            elif isinstance(entry, URLPattern) and space in OURS and takes_a_form(entry.callback):
                yield f"{space}:{entry.name}"

    return set(walk(get_resolver().url_patterns, ""))


def forms_on(client: Any, path: str) -> list[tuple[str, str, Form]]:
    """(URL name, address, form) of each form on a page."""
    response = client.get(path)
    if response.status_code != 200 or response.streaming:
        return []
    parser = Forms()
    parser.feed(response.content.decode())
    found = []
    for form in parser.found:
        address = urljoin(path, form.action)
        try:
            found.append((resolve(urlsplit(address).path).view_name, address, form))
        except Resolver404:
            continue
    return found


def test_no_form_takes_a_field_its_page_does_not_show(house: Any, world: World) -> None:
    wanted, taken, tried = taking() - ENDING, set(), set()
    for member in MEMBERS:
        client = house.client(member)
        for about in (world, world.of_the_draft()):
            for page, path, _of_a_file in places(about):
                for name, address, form in forms_on(client, path) if page not in ENDING else []:
                    if name not in wanted - taken or (member, address) in tried:
                        continue
                    tried.add((member, address))
                    extra = {key: value for key, value in planted(form.offered).items() if key not in form.fields}
                    response = client.post(address, {**extra, **form.fields, "submission": str(uuid4())})
                    assert response.status_code < 500, (name, address)
                    if response.status_code == 302:
                        taken.add(name)
                        client = house.client(member)  # some end the sessions they are asked with
    rows = {table: json.dumps(found) for table, found in snapshot(house).items()}
    assert [(table, mark) for table, text in rows.items() for mark in MARKS if mark in text] == []
    assert words_opened(house, WORD) == []
    assert len(taken) > 25, sorted(wanted - taken)


def test_no_form_writes_the_fields_of_a_model() -> None:
    """The one kind of form that would take what a model has; and ours are all loaded by the addresses."""
    taking()

    def below(kind: type) -> Iterator[type]:
        for one in kind.__subclasses__():
            yield one
            yield from below(one)

    ours = [one for one in below(BaseForm) if one.__module__.startswith("cadra.")]
    assert len(ours) > 30
    assert [one for one in ours if issubclass(one, BaseModelForm)] == []
