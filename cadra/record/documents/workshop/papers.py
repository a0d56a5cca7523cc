"""PDF: written anew without what tells who made it, without programs and files within; then drawn page by page."""

import io
import zlib
from collections.abc import Iterator
from typing import Any

import pikepdf
import pypdfium2
from PIL import Image

from cadra.record.documents.workshop import pictures
from cadra.record.documents.workshop.wire import LONGEST_SIDE, MOST_PAGES, Refused

MOST_OBJECTS = 300_000
DEEPEST = 60
_OF_THE_WHOLE = (
    "/Metadata",
    "/OpenAction",
    "/AA",
    "/AF",
    "/PieceInfo",
    "/Collection",
    "/URI",
    "/Threads",
    "/SpiderInfo",
)
_OF_ANY_PART = ("/Metadata", "/PieceInfo", "/LastModified", "/AA", "/AF", "/Thumb")
_WITHIN = ("/EmbeddedFiles", "/JavaScript", "/Renditions", "/AlternatePresentations")
_ACTING = ("/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/GoToR", "/GoToE", "/Rendition", "/Movie", "/Sound")
_HIDDEN = ("/FileAttachment", "/RichMedia", "/Screen", "/Movie", "/Sound", "/3D")


def cleaned(data: bytes) -> bytes:
    """The same pages, without metadata, programs, attachments, and without positions in the photographs within."""
    try:
        with pikepdf.open(io.BytesIO(data), suppress_warnings=True) as paper:
            if paper.is_encrypted:
                raise Refused("locked")
            if len(paper.objects) > MOST_OBJECTS:
                raise Refused("effort")
            _forget_the_maker(paper)
            for part in paper.objects:
                _clean(part)
            written = io.BytesIO()
            paper.save(written, deterministic_id=True, fix_metadata_version=False)
    except pikepdf.PasswordError:
        raise Refused("locked") from None
    except (pikepdf.PdfError, ValueError, KeyError, TypeError, AttributeError, RuntimeError, zlib.error):
        raise Refused("broken") from None
    except (MemoryError, RecursionError):
        raise Refused("bomb") from None
    return written.getvalue()


def _forget_the_maker(paper: pikepdf.Pdf) -> None:
    for name in ("/Info", "/ID"):
        if name in paper.trailer:
            del paper.trailer[name]
    for name in _OF_THE_WHOLE:
        if name in paper.Root:
            del paper.Root[name]
    names = paper.Root.get("/Names")
    if isinstance(names, pikepdf.Dictionary):
        for name in _WITHIN:
            if name in names:
                del names[name]
    form = paper.Root.get("/AcroForm")
    if isinstance(form, pikepdf.Dictionary) and "/XFA" in form:
        del form["/XFA"]


def _clean(part: Any, depth: int = 0) -> None:
    """One object and what is written directly within it."""
    if depth > DEEPEST:
        raise Refused("bomb")
    if isinstance(part, pikepdf.Array):
        for one in part:
            if isinstance(one, pikepdf.Array | pikepdf.Dictionary) and not one.is_indirect:
                _clean(one, depth + 1)
        return
    if not isinstance(part, pikepdf.Dictionary | pikepdf.Stream):
        return
    _clean_names(part)
    if isinstance(part, pikepdf.Stream) and str(part.get("/Subtype", "")) == "/Image":
        _clean_picture(part)
    for one in part.values():
        if isinstance(one, pikepdf.Array | pikepdf.Dictionary) and not one.is_indirect:
            _clean(one, depth + 1)


def _clean_names(part: Any) -> None:
    for name in _OF_ANY_PART:
        if name in part:
            del part[name]
    action = part.get("/A")
    if isinstance(action, pikepdf.Dictionary) and str(action.get("/S", "")) in _ACTING:
        del part["/A"]
    if str(part.get("/S", "")) in _ACTING and isinstance(part, pikepdf.Dictionary):
        for name in ("/JS", "/F", "/Win", "/Next"):
            if name in part:
                del part[name]
    if "/Annots" in part and isinstance(part.get("/Annots"), pikepdf.Array):
        told = [one for one in part["/Annots"] if not _hides(one)]
        part["/Annots"] = pikepdf.Array(told)
    if "/T" in part and str(part.get("/Type", "")) == "/Annot" and "/FT" not in part:
        del part["/T"]  # who wrote a remark


def _hides(annotation: Any) -> bool:
    return isinstance(annotation, pikepdf.Dictionary) and str(annotation.get("/Subtype", "")) in _HIDDEN


def _clean_picture(part: pikepdf.Stream) -> None:
    """A photograph laid into a page carries its own position; take it out too."""
    given = part.get("/Filter")
    filters = [str(one) for one in given] if isinstance(given, pikepdf.Array) else [str(given)]
    raw = part.read_raw_bytes()
    if filters == ["/FlateDecode", "/DCTDecode"]:
        raw = zlib.decompress(raw)
    elif filters != ["/DCTDecode"]:
        return
    try:
        part.write(pictures.cleaned("jpeg", raw), filter=pikepdf.Name.DCTDecode, decode_parms=_last(part))
    except Refused:
        raise Refused("broken") from None


def _last(part: pikepdf.Stream) -> Any:
    told = part.get("/DecodeParms")
    if isinstance(told, pikepdf.Array):
        told = told[-1] if len(told) else None
    return told if isinstance(told, pikepdf.Dictionary) else None


def count_and_pages(data: bytes) -> tuple[int, Iterator[Image.Image]]:
    """How many pages there are, and the first of them drawn one after the other."""
    try:
        paper = pypdfium2.PdfDocument(data)
        count = len(paper)
    except pypdfium2.PdfiumError as error:
        raise Refused("locked" if "assword" in str(error) else "broken") from None
    if not count:
        raise Refused("broken")
    return count, _drawn(paper, count)


def _drawn(paper: pypdfium2.PdfDocument, count: int) -> Iterator[Image.Image]:
    paper.init_forms()
    for number in range(min(count, MOST_PAGES)):
        try:
            page = paper[number]
            width, height = page.get_size()
            if not (width > 0 and height > 0):
                raise Refused("broken")
            scale = min(LONGEST_SIDE / max(width, height), 3.0)
            drawn = page.render(scale=scale)
            yield pictures.fitted(drawn.to_pil())
            drawn.close()
            page.close()
        except (pypdfium2.PdfiumError, ValueError, OSError):
            raise Refused("broken") from None
        except MemoryError:
            raise Refused("pixels") from None
