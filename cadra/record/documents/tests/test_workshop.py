"""The workshop: what tells where and by whom goes, honest files stay what they show, and hostile ones do nothing."""

import io
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from typing import Any

import pikepdf
import pytest
from defusedxml.ElementTree import fromstring
from PIL import Image

from cadra.record.documents.recognising import Recognising
from cadra.record.documents.tests import samples
from cadra.record.documents.workshop import calling, wire
from cadra.record.documents.workshop.wire import Refused


class Made:
    """What came back of one file."""

    def __init__(self, kind: str, data: bytes) -> None:
        self.clean, self.pictures, self.text = bytearray(), list[bytes](), list[Any]()
        halves = [data[: len(data) // 2], data[len(data) // 2 :]]
        self.finished = calling.work(
            kind, len(data), halves, clean=self.clean.extend, picture=self.pictures.append, text=self.text.extend
        )


def recognised(data: bytes) -> Recognising:
    found = Recognising()
    for at in range(0, len(data), 700):
        found.feed(data[at : at + 700])
    return found


@pytest.mark.parametrize("kind", ["jpeg", "png", "webp", "pdf", "docx"])
def test_what_is_kept_tells_neither_where_nor_by_whom(kind: str) -> None:
    data = samples.honest()[kind]
    assert samples.SECRET in unpacked(kind, data)  # without this the next line would prove nothing
    made = Made(kind, data)
    assert samples.SECRET not in unpacked(kind, bytes(made.clean))
    assert recognised(bytes(made.clean)).format == kind


def unpacked(kind: str, data: bytes) -> bytes:
    """Everything a reader of the file could find in it, unpacked."""
    if kind == "docx":
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return b"".join(archive.read(name) for name in archive.namelist())
    if kind == "pdf":
        with pikepdf.open(io.BytesIO(data)) as paper:
            streams = [one.read_raw_bytes() for one in paper.objects if isinstance(one, pikepdf.Stream)]
            return (
                data
                + b"".join(streams)
                + b"".join(str(one).encode() for one in paper.objects)
                + str(paper.trailer.get("/Info", "")).encode()
            )
    return data


@pytest.mark.parametrize("kind", ["jpeg", "webp"])
def test_a_photograph_stays_the_right_way_up_and_loses_its_position(kind: str) -> None:
    made = Made(kind, samples.honest()[kind])
    kept = Image.open(io.BytesIO(bytes(made.clean)))
    assert dict(kept.getexif()) == {0x0112: 6}
    shown = Image.open(io.BytesIO(made.pictures[0]))
    assert shown.size == (kept.height, kept.width)
    assert not shown.getexif()


def test_a_photograph_keeps_every_pixel() -> None:
    before, after = samples.jpeg(400, 300, progressive=True), Made("jpeg", samples.jpeg(400, 300, progressive=True))
    same = [Image.open(io.BytesIO(data)).tobytes() for data in (before, bytes(after.clean))]
    assert same[0] == same[1]


def test_a_paper_loses_its_programs_and_attachments_and_keeps_its_pages() -> None:
    made = Made("pdf", samples.pdf(3))
    assert (made.finished.pages, len(made.pictures)) == (3, 3)
    with pikepdf.open(io.BytesIO(bytes(made.clean))) as paper:
        assert "/OpenAction" not in paper.Root
        assert not list(paper.attachments)
    drawn = Image.open(io.BytesIO(made.pictures[0])).convert("L")
    darkest, _lightest = drawn.getextrema()
    assert darkest < 200  # the photograph in it is drawn


def test_a_letter_is_read_as_its_words() -> None:
    assert Made("docx", samples.docx()).text == [("h", "Vendim"), ("p", "Gjykata e Lezhës")]


def test_a_letter_fetches_nothing_by_itself_however_that_is_spelled() -> None:
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    told = (
        '<r:Relationships xmlns:r="http://schemas.openxmlformats.org/package/2006/relationships">'
        f"<r:Relationship Id='a' Type='{kind}/attachedTemplate' Target='https://spy.example/hyperlink' "
        "TargetMode='&#69;xternal'/>"
        f'<r:Relationship Id="b" Type="{kind}/hyperlink" Target="https://court.example/?a=1&amp;b=2" '
        'TargetMode="External"/>'
        f'<r:Relationship Id="c" Type="{kind}/image" Target="media/image1.jpeg"/></r:Relationships>'
    )
    made = Made("docx", samples.docx(("word/_rels/settings.xml.rels", told.encode("utf-16"))))
    with zipfile.ZipFile(io.BytesIO(bytes(made.clean))) as archive:
        kept = fromstring(archive.read("word/_rels/settings.xml.rels"))
    targets = {one.get("Id"): one.get("Target") for one in kept}
    assert targets == {"a": "about:blank", "b": "https://court.example/?a=1&b=2", "c": "media/image1.jpeg"}


def test_of_a_paper_of_a_hundred_thousand_pages_the_first_are_drawn() -> None:
    made = Made("pdf", samples.many_pages(100_000))
    assert made.finished.pages == 100_000
    assert len(made.pictures) == wire.MOST_PAGES


@pytest.mark.parametrize("name", samples.disguised())
def test_what_is_no_document_is_known_while_it_arrives(name: str) -> None:
    found = recognised(samples.disguised()[name])
    assert found.program or not found.format


BATCH = """
import sys; sys.path.insert(0, sys.argv[1])
import importlib, io, json, os
from cadra.record.documents.workshop import child, confine, wire
there = "cadra.record.documents.workshop."
hands = {kind: importlib.import_module(there + name) for kind, name in child.HANDS.items()}
for kind in hands: child.warm(kind)
source, target = os.fdopen(0, "rb"), os.fdopen(1, "wb")
status = os.open("/proc/self/status", os.O_RDONLY)
def peak():  # of this program; what `getrusage` tells includes the tests that started it
    os.lseek(status, 0, os.SEEK_SET)
    told = dict(line.split(":", 1) for line in os.read(status, 9999).decode().splitlines())
    return int(told["VmHWM"].split()[0]) * 1024
confine.limit(memory=wire.MEMORY, cpu_seconds=200); confine.shut_in()
class Nowhere(io.RawIOBase):
    def writable(self): return True
    def write(self, data): return len(data)
while True:
    tag, content = wire.receive(source, 64)
    if tag == wire.END: break
    kind, (_tag, data) = content.decode(), wire.receive(source, wire.LARGEST)
    told = child.attempt(kind, hands[kind], data, Nowhere())
    told["peak"] = peak()
    wire.send(target, wire.END, json.dumps(told).encode())
"""


class Shop:
    """One workshop for many files, within the same walls: hundreds of programs would take minutes to begin."""

    def __init__(self) -> None:
        command = [sys.executable, "-I", "-c", BATCH, str(calling.CODE)]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def told(self, kind: str, data: bytes) -> dict[str, Any]:
        assert self.process.stdin and self.process.stdout
        wire.send(self.process.stdin, wire.TEXT, kind.encode())
        wire.send(self.process.stdin, wire.CLEAN, data)
        return wire.told(wire.receive(self.process.stdout, 10_000)[1])


@pytest.fixture(scope="module")
def shop() -> Iterator[Shop]:
    made = Shop()
    yield made
    made.process.kill()
    made.process.communicate()


@pytest.mark.parametrize("name", samples.hostile())
def test_a_hostile_file_is_refused_with_a_reason(shop: Shop, name: str) -> None:
    told = shop.told(*samples.hostile()[name])
    assert told.get("refused") in wire.REASONS, told
    assert told["peak"] <= wire.MEMORY


def test_a_page_that_unpacks_to_gigabytes_is_drawn_within_bounds_or_not_at_all(shop: Shop) -> None:
    told = shop.told("pdf", samples.pdf_bomb())
    assert told.get("pages") == 1 or told["refused"] in wire.REASONS
    assert told["peak"] <= wire.MEMORY


def test_five_hundred_broken_files_are_refused_or_drawn_and_nothing_else(shop: Shop) -> None:
    told = [shop.told(kind, data) for kind, data in samples.broken(500, seed=7)]
    assert len(told) == 500
    assert {one.get("refused") for one in told} - {None} <= wire.REASONS
    assert sum("refused" in one for one in told) > 100  # they are really broken
    assert max(one["peak"] for one in told) <= wire.MEMORY


@pytest.mark.parametrize("name", ["jpeg of many pixels", "bomb of pixels that unpack", "pdf of deep brackets"])
def test_whoever_called_the_workshop_hears_why(name: str) -> None:
    with pytest.raises(Refused) as refused:
        Made(*samples.hostile()[name])
    assert refused.value.code in wire.REASONS


PROBE = """
import sys, resource; sys.path.insert(0, sys.argv[1])
import ctypes, os, socket, subprocess
from cadra.record.documents.workshop import confine, wire
confine.limit(memory=wire.MEMORY, cpu_seconds=5); confine.shut_in()
def tried(what):
    try: what(); return "done"
    except (PermissionError, BlockingIOError, ValueError): return "refused"
    except MemoryError: return "refused"
    except OSError as error: return "refused" if error.errno == 1 else str(error)
libc = ctypes.CDLL(None, use_errno=True)
libc.mmap.restype, high = ctypes.c_void_p, 1 << 32  # an address whose low half is nothing
def limited_from_high_up():
    libc.mmap(ctypes.c_void_p(high), ctypes.c_size_t(4096), 3, 0x32, -1, ctypes.c_long(0))
    ctypes.memset(high, 0, 16)
    if libc.prlimit(0, resource.RLIMIT_NOFILE, ctypes.c_void_p(high), None):
        raise OSError(ctypes.get_errno(), "")
for what in (
    lambda: open("/etc/passwd"), lambda: open("/tmp/planted", "w"), lambda: socket.socket(), os.fork,
    lambda: os.execv("/bin/sh", ["sh"]), lambda: os.kill(os.getppid(), 9), lambda: os.unlink("/tmp/x"),
    lambda: bytearray(600_000_000), lambda: os.listdir("/"), lambda: __import__("mmap").mmap(-1, 4096, prot=7),
    lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (10, 10)), lambda: os.stat("/etc"),
    limited_from_high_up,
):
    os.write(1, (tried(what) + "\\n").encode())
"""


def test_in_the_workshop_no_file_no_network_no_program_and_no_more_memory() -> None:
    ran = subprocess.run(
        [sys.executable, "-I", "-c", "import mmap\n" + PROBE, str(calling.CODE)], capture_output=True, timeout=30
    )
    assert ran.stdout.decode().split() == ["refused"] * 13, ran.stderr.decode()
