"""Has one file worked on in the workshop: begins it, feeds it, believes nothing it says, and ends it in time."""

import io
import os
import signal
import struct
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import IO

from PIL import Image

from cadra.record.documents.workshop import wire
from cadra.record.documents.workshop.wire import Garbled, Refused

CODE = Path(__file__).resolve().parents[4]
_BEGIN = "import sys; sys.path.insert(0, sys.argv[1]); from cadra.record.documents.workshop.child import main; main()"
_LARGEST_RECORD = 4 + 3 * wire.LONGEST_SIDE * wire.LONGEST_SIDE
_QUALITY = 80


class Finished:
    """What came of it: how many pages the paper has, and how many may be looked at."""

    def __init__(self, pages: int, shown: int) -> None:
        self.pages = pages
        self.shown = shown


def work(
    kind: str,
    size: int,
    pieces: Iterable[bytes],
    *,
    clean: Callable[[bytes], None],
    picture: Callable[[bytes], None],
    text: Callable[[list[tuple[str, str]]], None],
) -> Finished:
    """Clean a file of `size` bytes and make what may be looked at. Refused when it is not kept.

    `clean` is given the cleaned file piece by piece, `picture` a JPEG for each page, `text` the paragraphs of a letter.
    Whatever they were given before Refused is to be thrown away.
    """
    with subprocess.Popen(
        [sys.executable, "-I", "-c", _BEGIN, str(CODE)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd="/",
        env={"LANG": "C.UTF-8"},
        start_new_session=True,
    ) as child:
        late = threading.Timer(wire.WALL_SECONDS, _kill, [child])
        late.start()
        feeding = _Feeding(child, kind, size, pieces)
        feeding.start()
        try:
            return _received(_pipe(child.stdout), clean, picture, text)
        except (Garbled, struct.error, ValueError, TypeError, KeyError):
            # It ended without a word: out of memory, out of time, or brought down by what it read.
            raise Refused("effort") from None
        finally:
            late.cancel()
            _kill(child)
            feeding.join()
            if feeding.problem is not None:
                raise feeding.problem


class _Feeding(threading.Thread):
    """Writes the file into the workshop while its answers are read. `problem`: why the file itself couldn't be read."""

    def __init__(self, child: subprocess.Popen[bytes], kind: str, size: int, pieces: Iterable[bytes]) -> None:
        super().__init__(daemon=True)
        self._pipe = _pipe(child.stdin)
        self._kind, self._size, self._pieces = kind, size, pieces
        self._child = child
        self.problem: Exception | None = None

    def run(self) -> None:
        with suppress(OSError, ValueError):  # it ended before it had read all
            wire.send(self._pipe, wire.TEXT, self._kind.encode())
            self._pipe.write(struct.pack("!cI", wire.CLEAN, self._size))
            for piece in self._given():
                self._pipe.write(piece)
            self._pipe.close()

    def _given(self) -> Iterable[bytes]:
        try:
            yield from self._pieces
        except GeneratorExit:
            return
        except Exception as problem:  # told to whoever called, in its own thread
            self.problem = problem
            _kill(self._child)


def _received(
    pipe: IO[bytes],
    clean: Callable[[bytes], None],
    picture: Callable[[bytes], None],
    text: Callable[[list[tuple[str, str]]], None],
) -> Finished:
    given = pictures = 0
    while True:
        tag, content = wire.receive(pipe, _LARGEST_RECORD)
        if tag == wire.END:
            return _end(content, pictures)
        if tag == wire.PICTURE:
            pictures += 1
            if pictures > wire.MOST_PAGES:
                raise Garbled
            picture(_jpeg(content))
            continue
        given += len(content)
        if given > wire.MOST_BACK:
            raise Garbled
        if tag == wire.CLEAN:
            clean(content)
        elif tag == wire.TEXT:
            text([(str(style), str(words)) for style, words in _paragraphs(content)])
            pictures = 1
        else:
            raise Garbled


def _end(content: bytes, shown: int) -> Finished:
    told = wire.told(content)
    if "refused" in told:
        raise Refused(told["refused"] if told["refused"] in wire.REASONS else "effort")
    pages = int(told["pages"])
    if not shown or told["shown"] != shown or pages < shown:
        raise Garbled
    return Finished(min(pages, 1_000_000), shown)


def _paragraphs(content: bytes) -> list[list[str]]:
    found: list[list[str]] = wire.told(b'{"found":' + content + b"}")["found"]
    if not isinstance(found, list):
        raise Garbled
    return found


def _jpeg(content: bytes) -> bytes:
    """A picture of bare pixels as JPEG: only an encoder of ours ever stands between a stranger's file and a reader."""
    width, height = struct.unpack_from("!HH", content)
    if not (0 < width <= wire.LONGEST_SIDE and 0 < height <= wire.LONGEST_SIDE):
        raise Garbled
    written = io.BytesIO()
    Image.frombytes("RGB", (width, height), content[4:]).save(written, "JPEG", quality=_QUALITY)
    return written.getvalue()


def _pipe(pipe: IO[bytes] | None) -> IO[bytes]:
    if pipe is None:
        raise Garbled
    return pipe


def _kill(child: subprocess.Popen[bytes]) -> None:
    with suppress(OSError):
        os.killpg(child.pid, signal.SIGKILL) if child.poll() is None else None
