"""DOCX: written anew without what tells who made it; its words read, never its programs."""

import io
import posixpath
import re
import zipfile
import zlib
from collections.abc import Mapping
from html import escape
from typing import Any

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import ParseError, fromstring, iterparse

from cadra.record.documents.workshop import pictures
from cadra.record.documents.workshop.wire import MEGABYTE, MOST_TEXT, Refused

MAIN = "word/document.xml"
MOST_PARTS = 3000
MOST_OPEN = 120 * MEGABYTE
MOST_OF_ONE = 60 * MEGABYTE
_PROGRAMS = re.compile(r"(^|/)(vbaproject|vbadata|activex|oleobject)|\.(bin|exe|dll|js|vbs|hta|lnk|scr|bat|cmd)$", re.I)
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_BARE = {
    "docprops/core.xml": b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><cp:coreProperties xmlns:cp='
    b'"http://schemas.openxmlformats.org/package/2006/metadata/core-properties"/>',
    "docprops/app.xml": b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><Properties xmlns='
    b'"http://schemas.openxmlformats.org/officeDocument/2006/extended-properties"/>',
    "docprops/custom.xml": b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><Properties xmlns='
    b'"http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"/>',
}
_MAKER = re.compile(rb'(\b\w+:(?:author|initials|userId|providerId)=)("[^"]*"|\'[^\']*\')')
_WHEN = re.compile(rb'(\b\w+:(?:date|dateUtc)=)("[^"]*"|\'[^\']*\')')
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
# What zipfile raises for an archive it can't read; RuntimeError is also its word for a way of packing it does not know.
_UNREADABLE = (zipfile.BadZipFile, zlib.error, EOFError, ValueError, OSError, RuntimeError)
Paragraph = tuple[str, str]


def opened(data: bytes) -> zipfile.ZipFile:
    """The container, once it is bounded, whole and without programs."""
    try:
        found = zipfile.ZipFile(io.BytesIO(data))
    except _UNREADABLE:
        raise Refused("broken") from None
    parts = found.infolist()
    names = [part.filename for part in parts]
    if MAIN not in names or "[Content_Types].xml" not in names:
        raise Refused("kind")
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_OPEN:
        raise Refused("bomb")
    if any(part.flag_bits & 1 for part in parts):
        raise Refused("locked")
    if len(set(names)) != len(names) or any(_strays(name) for name in names):
        raise Refused("broken")
    if any(_PROGRAMS.search(name) for name in names):
        raise Refused("program")
    types = _read(found, "[Content_Types].xml")
    if b"macroEnabled" in types or b"vbaProject" in types:
        raise Refused("program")
    return found


def _strays(name: str) -> bool:
    return name.startswith("/") or "\\" in name or ".." in posixpath.normpath(name).split("/")


def _read(archive: zipfile.ZipFile, name: str) -> bytes:
    """One part, never more than it said and than one may be."""
    try:
        with archive.open(name) as part:
            content = part.read(MOST_OF_ONE + 1)
    except _UNREADABLE:
        raise Refused("broken") from None
    if len(content) > MOST_OF_ONE:
        raise Refused("bomb")
    return content


def cleaned(archive: zipfile.ZipFile) -> bytes:
    """The same letter without its makers, links it would follow by itself, and positions in its pictures."""
    written, total = io.BytesIO(), 0
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as target:
        for part in archive.infolist():
            if part.is_dir():
                continue
            content = _without_makers(part.filename, _read(archive, part.filename))
            total += len(content)
            if total > MOST_OPEN:
                raise Refused("bomb")
            target.writestr(zipfile.ZipInfo(part.filename, (1980, 1, 1, 0, 0, 0)), content, zipfile.ZIP_DEFLATED)
    return written.getvalue()


def _without_makers(name: str, content: bytes) -> bytes:
    low = name.lower()
    if low in _BARE:
        return _BARE[low]
    if low.endswith(".rels"):
        return _relations(content)
    if low.startswith("word/") and low.endswith(".xml"):
        return _WHEN.sub(rb'\1"1980-01-01T00:00:00Z"', _MAKER.sub(rb'\1"-"', content))
    for kind, starts in (("jpeg", b"\xff\xd8\xff"), ("png", b"\x89PNG"), ("webp", b"RIFF")):
        if content.startswith(starts):
            return pictures.cleaned(kind, content)
    return content


def _relations(content: bytes) -> bytes:
    """What belongs to a part, written anew from what a reader understands, not from how it is spelled."""
    try:
        found = [one.attrib for one in fromstring(content) if one.tag == f"{{{_RELATIONS}}}Relationship"]
    except (ParseError, DefusedXmlException, ValueError):
        raise Refused("broken") from None
    kept = "".join(_relation(one) for one in found if not one.get("Type", "").endswith("/thumbnail"))
    return f'<?xml version="1.0" encoding="UTF-8"?><Relationships xmlns="{_RELATIONS}">{kept}</Relationships>'.encode()


def _relation(told: Mapping[str, str]) -> str:
    """Pictures and templates are not fetched from elsewhere; a link somebody clicks stays what it says."""
    said = {name: told[name] for name in ("Id", "Type", "Target", "TargetMode") if name in told}
    if said.get("TargetMode", "Internal") != "Internal" and not said.get("Type", "").endswith("/hyperlink"):
        said["Target"] = "about:blank"
    return "<Relationship" + "".join(f' {name}="{escape(value)}"' for name, value in said.items()) + "/>"


def words(archive: zipfile.ZipFile) -> list[Paragraph]:
    """The paragraphs: ("h" for a heading, "li" for a line of a list, "p" else, text); cells of a row as one line."""
    found: list[Paragraph] = []
    length = 0
    try:
        for _event, element in iterparse(io.BytesIO(_read(archive, MAIN)), events=("end",)):
            if element.tag != f"{_W}p":
                continue
            text, style = _text(element), _style(element)
            element.clear()
            if text:
                found.append((style, text))
                length += len(text)
            if length > MOST_TEXT:
                break
    except (ParseError, DefusedXmlException, ValueError):
        raise Refused("broken") from None
    except (MemoryError, RecursionError):
        raise Refused("bomb") from None
    return found


def _text(paragraph: Any) -> str:
    parts = []
    for one in paragraph.iter():
        if one.tag == f"{_W}t":
            parts.append(one.text or "")
        elif one.tag in (f"{_W}tab", f"{_W}br", f"{_W}cr"):
            parts.append(" ")
    return " ".join("".join(parts).split())[:MOST_TEXT]


def _style(paragraph: Any) -> str:
    told = paragraph.find(f"{_W}pPr/{_W}pStyle")
    name = (told.get(f"{_W}val") or "").lower() if told is not None else ""
    if name.startswith(("heading", "title", "titull")):
        return "h"
    listed = paragraph.find(f"{_W}pPr/{_W}numPr") is not None or name.startswith("list")
    return "li" if listed else "p"
