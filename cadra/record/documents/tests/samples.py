"""Small files of every kind, honest and hostile, made here: nothing of anybody's lies in the tests."""

import io
import itertools
import random
import struct
import zipfile
import zlib
from collections.abc import Iterator
from functools import cache

import pikepdf
from PIL import Image

#: Planted where metadata lies: it must be nowhere afterwards.
SECRET = b"Vlorestreet"
WHERE = (41.0, 19.0, 3.0)
_NS = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
LETTER = (
    f'<w:document {_NS}><w:body><w:p><w:pPr><w:pStyle w:val="Heading1"/></w:pPr><w:r><w:t>Vendim</w:t></w:r></w:p>'
    '<w:p><w:ins w:author="Vlorestreet" w:date="2026-01-01T00:00:00Z"><w:r><w:t>Gjykata e Lezhës</w:t></w:r></w:ins>'
    "</w:p></w:body></w:document>"
)


@cache
def jpeg(width: int = 90, height: int = 60, *, progressive: bool = False) -> bytes:
    """A photograph that says where it was taken, with what, and that it lies on its side."""
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = 6, SECRET.decode()
    position = exif.get_ifd(0x8825)
    position[1], position[2], position[29] = "N", WHERE, SECRET.decode()
    written = io.BytesIO()
    picture = Image.effect_noise((width, height), 40).convert("RGB")
    picture.save(written, "JPEG", exif=exif, comment=SECRET, progressive=progressive)
    return written.getvalue() + b"\xff\xd8after the end " + SECRET


@cache
def png(width: int = 60, height: int = 40) -> bytes:
    written = io.BytesIO()
    Image.effect_noise((width, height), 40).save(written, "PNG")
    data = written.getvalue()
    note = _chunk(b"tEXt", b"Comment\0" + SECRET) + _chunk(b"eXIf", SECRET)
    return data[:33] + note + data[33:] + SECRET


@cache
def webp() -> bytes:
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = 6, SECRET.decode()
    written = io.BytesIO()
    Image.effect_noise((60, 40), 40).convert("RGB").save(written, "WEBP", exif=exif, xmp=SECRET)
    return written.getvalue()


@cache
def pdf(pages: int = 1, *, password: str = "") -> bytes:
    """A paper with a photograph in it that says where it was taken, with metadata, a program and an attachment."""
    paper = pikepdf.new()
    for _number in range(pages):
        paper.add_blank_page(page_size=(300, 400))
    inner = pikepdf.Stream(paper, jpeg())
    for name, value in (("Type", "/XObject"), ("Subtype", "/Image"), ("ColorSpace", "/DeviceRGB")):
        inner[f"/{name}"] = pikepdf.Name(value)
    inner.Width, inner.Height, inner.BitsPerComponent, inner.Filter = 90, 60, 8, pikepdf.Name.DCTDecode
    first = paper.pages[0]
    first.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(P=paper.make_indirect(inner)))
    first.Contents = paper.make_stream(b"q 200 0 0 150 50 100 cm /P Do Q")
    paper.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS=pikepdf.String("app.alert('Vlorestreet')"))
    paper.attachments["x.html"] = b"<script>" + SECRET
    paper.docinfo["/Author"] = SECRET.decode()
    paper.Root.Metadata = pikepdf.Stream(paper, b"<x>" + SECRET + b"</x>")
    written = io.BytesIO()
    paper.save(
        written,
        fix_metadata_version=False,
        encryption=pikepdf.Encryption(owner="o", user=password) if password else False,
    )
    return written.getvalue()


def docx(*more: tuple[str, bytes], letter: str = LETTER, types: str = "<Types/>") -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", types)
        archive.writestr("word/document.xml", letter)
        archive.writestr("docProps/core.xml", b"<a>" + SECRET + b"</a>")
        archive.writestr("word/media/image1.jpeg", jpeg())
        for name, content in more:
            archive.writestr(name, content)
    return written.getvalue()


def honest() -> dict[str, bytes]:
    """One of each kind that is kept."""
    return {"jpeg": jpeg(), "png": png(), "webp": webp(), "pdf": pdf(3), "docx": docx()}


def _chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack("!I", len(content)) + name + content + struct.pack("!I", zlib.crc32(name + content))


def _png_of(width: int, height: int, pixels: bytes) -> bytes:
    head = struct.pack("!IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = _chunk(b"IHDR", head) + _chunk(b"IDAT", zlib.compress(pixels, 9)) + _chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


def disguised() -> dict[str, bytes]:
    """What is none of the kinds kept, whatever it calls itself: known by its first bytes."""
    page = b"<!doctype html><script>alert(1)</script>"
    return {
        "nothing": b"",
        "html": page,
        "svg": b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        "xml": b"<?xml version='1.0'?><!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><a>&x;</a>",
        "script": b"#!/bin/sh\nrm -rf /\n",
        "windows program": b"MZ\x90\0" + bytes(200),
        "linux program": b"\x7fELF" + bytes(200),
        "zip": _zip(("a.txt", b"x")),
        "java": _zip(("META-INF/MANIFEST.MF", b"x"), ("A.class", b"x")),
        "workbook": _zip(("[Content_Types].xml", b"x"), ("xl/workbook.xml", b"x")),
        "old word": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),
        "gif": b"GIF89a" + bytes(50),
        "tiff": b"II*\0" + bytes(50),
        "heic": b"\0\0\0\x18ftypheic" + bytes(50),
        "film": b"\0\0\0\x18ftypmp42" + bytes(50),
        "bitmap": b"BM" + bytes(60),
        "postscript": b"%!PS-Adobe-3.0\n",
        "rtf": rb"{\rtf1 hello}",
        "html before a pdf": page + pdf(),
        "spaces before a pdf": b"   \n" + pdf(),
        "zip before a jpeg": _zip(("a.txt", b"x")) + jpeg(),
        "sound": b"RIFF\x24\0\0\0WAVEfmt " + bytes(30),
        "macros": docx(("word/vbaProject.bin", b"x")),
    }


def _zip(*parts: tuple[str, bytes]) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        for name, content in parts:
            archive.writestr(name, content)
    return written.getvalue()


def hostile() -> dict[str, tuple[str, bytes]]:
    """What looks like one of the kinds kept by its first bytes, and is not to be kept. name → (kind, content)."""
    found: dict[str, tuple[str, bytes]] = {
        "bomb of pixels": ("png", _png_of(60_000, 60_000, b"")),
        "bomb of pixels that unpack": ("png", _png_of(20_000, 20_000, bytes(20_000_000))),
        "jpeg of many pixels": ("jpeg", _resized(jpeg(), 65_000, 65_000)),
        "webp of many pixels": ("webp", b"RIFF\x1e\0\0\0WEBPVP8L\x11\0\0\0\x2f\xff\xff\xff\xff" + bytes(12)),
        "png without an end": ("png", png()[:200]),
        "png with a wrong sum": ("png", png()[:60] + b"\0\0" + png()[62:]),
        "jpeg of a head alone": ("jpeg", b"\xff\xd8\xff\xe0"),
        "jpeg whose parts run over": ("jpeg", b"\xff\xd8\xff\xe1\xff\xff" + b"x" * 30),
        "jpeg that is a page": ("jpeg", b"\xff\xd8\xff<script>alert(1)</script>"),
        "pdf of a head alone": ("pdf", b"%PDF-1.7\n"),
        "pdf that is a page": ("pdf", b"%PDF-1.7\n<html><script>alert(1)</script>"),
        "pdf without pages": ("pdf", written_out(b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[]/Count 0>>")),
        "locked pdf": ("pdf", pdf(password="secret")),
        "pdf of circles": ("pdf", b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 1 0 R/Kids[1 0 R]/Count 9>>endobj\n"
                                  b"trailer<</Root 1 0 R>>"),
        "pdf of deep brackets": ("pdf", b"%PDF-1.4\n1 0 obj" + b"[" * 100_000 + b"endobj trailer<</Root 1 0 R>>"),
        "macros by another name": ("docx", docx(("word/VbaProject.BIN", b"x"))),
        "macros by type": ("docx", docx(types="<Types><Override ContentType='x.macroEnabled.main+xml'/></Types>")),
        "an object in a letter": ("docx", docx(("word/embeddings/oleObject1.bin", b"x"))),
        "a program in a letter": ("docx", docx(("word/media/a.exe", b"MZ"))),
        "a letter that strays": ("docx", docx(("../../etc/cron.d/x", b"x"))),
        "bomb in a letter": ("docx", docx(("word/media/a.txt", bytes(130_000_000)))),
        "entities in a letter": ("docx", docx(letter=_laughs())),
        "a letter of an outer entity": (
            "docx", docx(letter=f"<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]>{LETTER}")),
        "a letter that is none": ("docx", docx(letter="not xml")),
        "a letter cut off": ("docx", docx()[:-40]),
        "no letter": ("docx", b"PK\x03\x04" + b"word/document.xml" * 20),
    }  # fmt: skip
    return found


def written_out(*objects: bytes) -> bytes:
    """A PDF of these objects, the first its root."""
    body, places = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, start=1):
        places.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % at for at in places)
    ending = b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, len(body))
    return body + b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1) + table + ending


def many_pages(count: int) -> bytes:
    """One page, named over and over."""
    return written_out(
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[" + b"3 0 R " * count + b"]/Count %d>>" % count,
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 20 20]>>",
    )


def _resized(data: bytes, width: int, height: int) -> bytes:
    at = data.index(b"\xff\xc0")
    return data[: at + 5] + struct.pack("!HH", height, width) + data[at + 9 :]


def pdf_bomb() -> bytes:
    """A page whose content is gigabytes of the same letter, packed twice."""
    paper = pikepdf.new()
    paper.add_blank_page(page_size=(200, 200))
    once = zlib.compress(b"q Q " * 8_000_000, 9)
    stream = pikepdf.Stream(paper, zlib.compress(once * 40, 9))
    stream.Filter = pikepdf.Array([pikepdf.Name.FlateDecode, pikepdf.Name.FlateDecode])
    picture = pikepdf.Stream(paper, zlib.compress(bytes(60_000_000), 9))
    picture.Subtype, picture.Width, picture.Height = pikepdf.Name.Image, 30_000, 30_000
    picture.BitsPerComponent, picture.ColorSpace, picture.Filter = 8, pikepdf.Name.DeviceRGB, pikepdf.Name.FlateDecode
    page = paper.pages[0]
    page.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(P=paper.make_indirect(picture)))
    page.Contents = paper.make_indirect(stream)
    written = io.BytesIO()
    paper.save(written, compress_streams=False, stream_decode_level=pikepdf.StreamDecodeLevel.none)
    return written.getvalue()


def _laughs() -> str:
    told = "".join(f"<!ENTITY l{n} '{f'&l{n - 1};' * 10 if n else 'ha'}'>" for n in range(10))
    return f"<!DOCTYPE a [{told}]>" + LETTER.replace("Vendim", "&l9;")


def broken(count: int, seed: int) -> Iterator[tuple[str, bytes]]:
    """Honest files with bytes changed, cut out, doubled, cut off, or mixed: (kind, content)."""
    chance = random.Random(seed)
    kinds = list(honest().items())
    for kind, data in itertools.islice(itertools.cycle(kinds), count):
        changed = bytearray(data)
        for _time in range(chance.choice((1, 5, 40))):
            how, at = chance.randrange(5), chance.randrange(12, max(13, len(changed)))
            if how == 0 and at < len(changed):
                changed[at] = chance.randrange(256)
            elif how == 1:
                del changed[at : at + chance.randrange(1, 60)]
            elif how == 2:
                changed[at:at] = chance.randbytes(chance.randrange(1, 60))
            elif how == 3:
                changed[at : at + 4] = b"\xff\xff\xff\xff"
            else:
                other = chance.choice(kinds)[1]
                changed[at : at + 50] = other[: chance.randrange(1, 50)]
        yield kind, bytes(changed)
