"""Files on their way in: sealed piece by piece while they arrive, so that nothing in clear ever lies on a disk.

An upload that breaks off leaves nothing: the sealed bytes lie in a file without a name, their secret in memory only.
"""

import secrets
from collections.abc import Callable
from typing import IO, Any, TypeVar
from uuid import uuid4

from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import SkipFile, StopFutureHandlers

from cadra.foundation.shell.uploads import InMemoryOrRefused
from cadra.foundation.vault.stream import Sealer
from cadra.record.documents import places
from cadra.record.documents.recognising import Recognising
from cadra.record.documents.store import spool
from cadra.record.documents.workshop.wire import LARGEST

MOST_FILES = 10
MOST_AT_ONCE = MOST_FILES * LARGEST + 1024 * 1024
_MARK = "seals_what_arrives"
View = TypeVar("View", bound=Callable[..., Any])


def receives_documents(view: View) -> View:
    """Mark a view: files sent to it are sealed while they arrive, and stand in `request.FILES` as `Arrival`."""
    setattr(view, _MARK, True)
    return view


class Arrival(UploadedFile):
    """A file that has arrived, sealed under a secret of its own. `problem`: why it is not kept, '' when it may be."""

    file: IO[bytes]
    size: int

    def __init__(self) -> None:
        super().__init__(file=spool(), name="file", size=0)
        self.document_id = uuid4()
        self.secret = secrets.token_bytes(32)
        self._sealer = Sealer(self.secret, places.bound(self.document_id, places.ARRIVED))
        self._recognising = Recognising()
        self.file.write(self._sealer.head)

    def feed(self, piece: bytes) -> None:
        """Seal the next piece; beyond the limit nothing more is kept."""
        self.size += len(piece)
        if self.size > LARGEST:
            self.file.seek(0)
            self.file.truncate()
            return
        self._recognising.feed(piece)
        self.file.write(self._sealer.feed(piece))

    def finish(self) -> None:
        """It is whole."""
        if self.size <= LARGEST:
            self.file.write(self._sealer.finish())
        self.file.seek(0)

    @property
    def format(self) -> str:
        """What it is by its content."""
        return self._recognising.format

    @property
    def problem(self) -> str:
        """A code of `workshop.wire.REASONS`, or ''."""
        if not self.size:
            return "empty"
        if self.size > LARGEST:
            return "large"
        if self._recognising.program:
            return "program"
        return "" if self.format else "kind"


class SealedOrInMemory(InMemoryOrRefused):
    """Seals what is sent to a view that receives documents; anything else stays in memory as ever."""

    arrival: Arrival | None = None

    def handle_raw_input(
        self, input_data: Any, META: dict[str, Any], content_length: int, boundary: str, encoding: Any = None
    ) -> None:
        match = getattr(self.request, "resolver_match", None)
        self.sealing = bool(match is not None and getattr(match.func, _MARK, False))
        if not self.sealing:
            super().handle_raw_input(input_data, META, content_length, boundary, encoding)
        elif content_length > MOST_AT_ONCE:
            raise RequestDataTooBig("More was sent at once than is taken in.")

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        if not self.sealing:
            super().new_file(*args, **kwargs)
            return
        if getattr(self.request, "actor", None) is None:
            raise SkipFile  # nobody is signed in
        self.arrival = Arrival()
        raise StopFutureHandlers

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        if self.arrival is None:
            return super().receive_data_chunk(raw_data, start)
        self.arrival.feed(raw_data)
        return None

    def file_complete(self, file_size: int) -> Any:
        if self.arrival is None:
            return super().file_complete(file_size)
        arrival, self.arrival = self.arrival, None
        arrival.finish()
        return arrival

    def upload_interrupted(self) -> None:
        if self.arrival is not None:
            self.arrival.close()
            self.arrival = None
