"""What a file is, by its content: looked at while it arrives, before anything is kept."""

from cadra.record.documents.models import Format

_BEGINNINGS = ((b"%PDF-", Format.PDF), (b"\xff\xd8\xff", Format.JPEG), (b"\x89PNG\r\n\x1a\n", Format.PNG))
_HEAD = 16
_LETTER = b"word/document.xml"
_PROGRAM = b"vbaProject.bin"


class Recognising:
    """Fed piece by piece. A letter is an archive with a letter's main part in it."""

    def __init__(self) -> None:
        self._head = bytearray()
        self._tail = b""
        self._letter = False
        self.program = False

    def feed(self, piece: bytes) -> None:
        """Look at the next piece."""
        if len(self._head) < _HEAD:
            self._head += piece[: _HEAD - len(self._head)]
        if self._head.startswith(b"PK\x03\x04"):
            seen = self._tail + piece
            self._letter = self._letter or _LETTER in seen
            self.program = self.program or _PROGRAM in seen
            self._tail = seen[-len(_LETTER) :]

    @property
    def format(self) -> str:
        """What it is, '' when it is nothing that is kept here."""
        head = bytes(self._head)
        for beginning, found in _BEGINNINGS:
            if head.startswith(beginning):
                return found
        if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
            return Format.WEBP
        return Format.DOCX if self._letter else ""
