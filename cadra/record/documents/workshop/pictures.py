"""Pictures: taken apart by their own container, without what tells where, when and with what they were taken."""

import io
import struct
import zlib
from collections.abc import Iterator

from PIL import Image, ImageOps

from cadra.record.documents.workshop.wire import LONGEST_SIDE, Refused

# Pillow's own guard raises above twice this; ours comes first.
Image.MAX_IMAGE_PIXELS = 250_000_000
MOST_PIXELS = {"jpeg": 120_000_000, "png": 50_000_000, "webp": 50_000_000}
ICC = b"ICC_PROFILE\0"
_ORIENTATION = 0x0112
_STANDALONE = {0x01, *range(0xD0, 0xD9)}
_KEPT_PNG = {b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"sBIT", b"pHYs"}
_KEPT_WEBP = {b"VP8 ", b"VP8L", b"ALPH"}


def cleaned(kind: str, data: bytes) -> bytes:
    """The picture itself, pixel for pixel; Refused when its container is broken."""
    try:
        return {"jpeg": clean_jpeg, "png": clean_png, "webp": clean_webp}[kind](data)
    except (IndexError, struct.error, zlib.error):
        raise Refused("broken") from None


def shown(kind: str, data: bytes) -> Image.Image:
    """The picture decoded, turned the right way up, no longer than LONGEST_SIDE, on white. Refused when it can't be."""
    try:
        picture = Image.open(io.BytesIO(data), formats=[kind.upper()])
        if picture.width * picture.height > MOST_PIXELS[kind]:
            raise Refused("pixels")
        picture.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
        picture.load()
    except (Image.DecompressionBombError, MemoryError):
        raise Refused("pixels") from None
    except (OSError, ValueError, SyntaxError, EOFError, struct.error, IndexError):
        raise Refused("broken") from None
    return fitted(ImageOps.exif_transpose(picture))


def fitted(picture: Image.Image) -> Image.Image:
    """At most LONGEST_SIDE, in plain colours, on white."""
    if picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info:
        picture = picture.convert("RGBA")
        white = Image.new("RGBA", picture.size, "white")
        picture = Image.alpha_composite(white, picture)
    picture = picture.convert("RGB")
    picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    return picture


def clean_jpeg(data: bytes) -> bytes:
    """Only what decoding needs, colour profile and the way up; nothing after the end of the first picture."""
    if data[:3] != b"\xff\xd8\xff":
        raise Refused("broken")
    turned = _orientation(data)
    kept = [b"\xff\xd8"]
    if turned > 1:
        kept.append(_exif_segment(turned))
    kept += _jpeg_parts(data)
    return b"".join(kept)


def _jpeg_parts(data: bytes) -> Iterator[bytes]:
    at = 2
    while True:
        while data[at] == 0xFF and data[at + 1] == 0xFF:
            at += 1  # filling
        if data[at] != 0xFF:
            raise Refused("broken")
        marker = data[at + 1]
        if marker == 0xD9:
            yield b"\xff\xd9"
            return
        if marker in _STANDALONE:
            at += 2
            continue
        length = struct.unpack_from("!H", data, at + 2)[0]
        end = at + 2 + length
        if length < 2 or end > len(data):
            raise Refused("broken")
        if _wanted(marker, data[at + 4 : end]):
            yield data[at:end]
        at = end
        if marker == 0xDA:
            end = _end_of_scan(data, at)
            yield data[at:end]
            at = end


def _wanted(marker: int, content: bytes) -> bool:
    """Tables and frames; of the applications' own segments only how colours are meant."""
    if 0xE0 <= marker <= 0xEF:
        return (marker == 0xE2 and content.startswith(ICC)) or (marker == 0xEE and content.startswith(b"Adobe"))
    return marker != 0xFE


def _end_of_scan(data: bytes, at: int) -> int:
    while True:
        at = data.find(b"\xff", at)
        if at < 0 or at + 1 >= len(data):
            raise Refused("broken")
        if data[at + 1] != 0 and not 0xD0 <= data[at + 1] <= 0xD7 and data[at + 1] != 0xFF:
            return at
        at += 1 if data[at + 1] == 0xFF else 2


def _orientation(data: bytes) -> int:
    """How the camera was held, 1 to 8; 1 when the picture does not say."""
    try:
        found = Image.open(io.BytesIO(data), formats=["JPEG", "WEBP", "PNG"]).getexif().get(_ORIENTATION, 1)
    except Exception:  # whatever a stranger's metadata may raise, the picture is what counts
        return 1
    return found if isinstance(found, int) and 1 <= found <= 8 else 1


def _exif(turned: int) -> bytes:
    """An Exif block that says which way is up, and nothing else."""
    return b"MM\0\x2a\0\0\0\x08" + struct.pack("!HHHIHHI", 1, _ORIENTATION, 3, 1, turned, 0, 0)


def _exif_segment(turned: int) -> bytes:
    content = b"Exif\0\0" + _exif(turned)
    return b"\xff\xe1" + struct.pack("!H", len(content) + 2) + content


def clean_png(data: bytes) -> bytes:
    """Only the chunks pixels need, each with its checksum right; nothing after the end."""
    if data[:8] != b"\x89PNG\r\n\x1a\n":
        raise Refused("broken")
    kept, at = [data[:8]], 8
    while True:
        length, name = struct.unpack_from("!I4s", data, at)
        end = at + 12 + length
        if end > len(data):
            raise Refused("broken")
        if zlib.crc32(data[at + 4 : end - 4]) != struct.unpack_from("!I", data, end - 4)[0]:
            raise Refused("broken")
        if name in _KEPT_PNG:
            kept.append(data[at:end])
        if name == b"IEND":
            return b"".join(kept)
        at = end


def clean_webp(data: bytes) -> bytes:
    """The first picture of the container, its transparency and the way up."""
    if data[:4] != b"RIFF" or data[8:12] != b"WEBP":
        raise Refused("broken")
    whole, at, parts, head = 8 + struct.unpack_from("<I", data, 4)[0], 12, [], b""
    if whole > len(data) + 1:
        raise Refused("broken")
    while at + 8 <= min(whole, len(data)):
        name, length = struct.unpack_from("<4sI", data, at)
        end = at + 8 + length + length % 2
        if at + 8 + length > len(data):
            raise Refused("broken")
        if name == b"VP8X":
            head = data[at + 8 : at + 8 + length]
        elif name in _KEPT_WEBP:
            parts.append((data[at : at + 8 + length] + b"\0")[: end - at])
        elif name == b"ANMF":
            raise Refused("kind")  # a film, not a picture
        at = end
    turned = _orientation(data)
    if head:
        flags = (head[0] & 0x10) | (0x08 if turned > 1 else 0)
        parts.insert(0, b"VP8X" + struct.pack("<I", 10) + bytes([flags, 0, 0, 0]) + head[4:10])
        if turned > 1:
            parts.append(b"EXIF" + struct.pack("<I", 26) + _exif(turned))
    body = b"WEBP" + b"".join(parts)
    return b"RIFF" + struct.pack("<I", len(body)) + body
