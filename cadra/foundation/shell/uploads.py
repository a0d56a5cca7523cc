"""Files a person sends stay in memory: never a temporary file in clear on a disk."""

from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import MemoryFileUploadHandler


class InMemoryOrRefused(MemoryFileUploadHandler):
    """Keeps an upload in memory up to UPLOAD_MAX_BYTES; refuses more (page 413) before reading the rest."""

    def handle_raw_input(
        self,
        input_data: Any,
        META: dict[str, Any],
        content_length: int,
        boundary: str,
        encoding: Any = None,
    ) -> None:
        self._refuse_beyond(content_length)
        self.activated = True
        self.received = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        self.received += len(raw_data)
        self._refuse_beyond(self.received)
        return super().receive_data_chunk(raw_data, start)

    def _refuse_beyond(self, size: int) -> None:
        if size > settings.UPLOAD_MAX_BYTES:
            raise RequestDataTooBig("An upload was larger than UPLOAD_MAX_BYTES.")
