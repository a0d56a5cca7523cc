"""A file that is sent never touches the disk, and one too large is refused early."""

from typing import Any

import pytest
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadedfile import InMemoryUploadedFile, SimpleUploadedFile
from django.core.files.uploadhandler import StopFutureHandlers
from django.test import RequestFactory

from cadra.foundation.shell.uploads import InMemoryOrRefused


@pytest.fixture(autouse=True)
def handler(settings: Any) -> None:
    settings.FILE_UPLOAD_HANDLERS = ["cadra.foundation.shell.uploads.InMemoryOrRefused"]


def test_a_file_larger_than_the_frameworks_limit_stays_in_memory(rf: RequestFactory, settings: Any) -> None:
    content = b"x" * (settings.FILE_UPLOAD_MAX_MEMORY_SIZE + 1)
    request = rf.post("/", {"f": SimpleUploadedFile("a.pdf", content)})
    assert isinstance(request.FILES["f"], InMemoryUploadedFile)
    assert request.FILES["f"].read() == content


def test_a_request_that_says_it_is_too_large_is_refused_before_reading(settings: Any) -> None:
    with pytest.raises(RequestDataTooBig):
        InMemoryOrRefused().handle_raw_input(None, {}, settings.UPLOAD_MAX_BYTES + 1, "b")


def test_a_request_that_lies_about_its_size_is_refused_while_reading(settings: Any) -> None:
    handler = InMemoryOrRefused()
    handler.handle_raw_input(None, {}, 10, "b")
    with pytest.raises(StopFutureHandlers):
        handler.new_file("f", "a.pdf", "application/pdf", 10)
    with pytest.raises(RequestDataTooBig):
        handler.receive_data_chunk(b"x" * (settings.UPLOAD_MAX_BYTES + 1), 0)
