"""The program of the workshop: one file comes in by a pipe, the cleaned file and what may be looked at go out.

In: the kind, then the file. Out: CLEAN pieces, PICTURE or TEXT records, END with what came of it. Pictures go out as
bare pixels, so that whoever receives them need not trust a decoder's output.
"""

import importlib
import json
import os
import struct
from typing import IO, Any

from cadra.record.documents.workshop import confine, wire
from cadra.record.documents.workshop.wire import Refused

#: Which modules open which kind. Imported before the walls close: afterwards no file can be read.
HANDS = {"jpeg": "pictures", "png": "pictures", "webp": "pictures", "pdf": "papers", "docx": "letters"}


def main() -> None:
    """Work on one file and end."""
    source, target = os.fdopen(0, "rb"), os.fdopen(1, "wb")
    tag, content = wire.receive(source, 64)
    kind = content.decode()
    hand = importlib.import_module(f"cadra.record.documents.workshop.{HANDS[kind]}")
    warm(kind)
    confine.limit(memory=wire.MEMORY, cpu_seconds=wire.CPU_SECONDS)
    confine.shut_in()
    _tag, data = wire.receive(source, wire.LARGEST)
    end = attempt(kind, hand, data, target)
    wire.send(target, wire.END, json.dumps(end).encode())


def attempt(kind: str, hand: Any, data: bytes, target: IO[bytes]) -> dict[str, Any]:
    """Work on it; whatever goes wrong in here is a reason not to keep the file."""
    try:
        return _work(kind, hand, data, target)
    except Refused as refusal:
        return {"refused": refusal.code}
    except (MemoryError, RecursionError):
        return {"refused": "bomb"}
    except OSError:
        raise  # whoever listened is gone
    except Exception:
        return {"refused": "broken"}


def warm(kind: str) -> None:
    """Whatever the libraries read from disk when they are first used is read now."""
    if kind == "docx":
        "".encode("cp437")  # names of old archives
        return
    image = importlib.import_module("PIL.Image")
    for plugin in ("JpegImagePlugin", "PngImagePlugin", "WebPImagePlugin"):
        importlib.import_module(f"PIL.{plugin}")
    image.init()


def _work(kind: str, hand: Any, data: bytes, target: IO[bytes]) -> dict[str, Any]:
    if kind == "pdf":
        clean = hand.cleaned(data)
        _send_clean(target, clean)
        count, pages = hand.count_and_pages(clean)
        shown = 0
        for picture in pages:
            _send_picture(target, picture)
            shown += 1
        return {"pages": count, "shown": shown}
    if kind == "docx":
        archive = hand.opened(data)
        words = hand.words(archive)
        _send_clean(target, hand.cleaned(archive))
        wire.send(target, wire.TEXT, json.dumps(words).encode())
        return {"pages": 1, "shown": 1}
    clean = hand.cleaned(kind, data)
    picture = hand.shown(kind, clean)
    _send_clean(target, clean)
    _send_picture(target, picture)
    return {"pages": 1, "shown": 1}


def _send_clean(target: IO[bytes], clean: bytes) -> None:
    if len(clean) > 2 * wire.LARGEST:
        raise Refused("bomb")
    for at in range(0, len(clean), wire.MEGABYTE):
        wire.send(target, wire.CLEAN, clean[at : at + wire.MEGABYTE])


def _send_picture(target: IO[bytes], picture: Any) -> None:
    wire.send(target, wire.PICTURE, struct.pack("!HH", *picture.size) + picture.tobytes())


if __name__ == "__main__":
    main()
