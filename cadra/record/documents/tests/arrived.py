"""Files that have arrived, for tests, the invented story and the walls: sealed as the upload handler seals them."""

import io
import json

from cadra.foundation.vault.stream import seal_into
from cadra.record.documents import places
from cadra.record.documents.arriving import Arrival
from cadra.record.documents.models import Making
from cadra.record.documents.store import store


def arrived(data: bytes, piece: int = 64 * 1024) -> Arrival:
    """A file as it stands in `request.FILES`."""
    made = Arrival()
    for at in range(0, len(data), piece):
        made.feed(data[at : at + piece])
    made.finish()
    return made


def made_ready(arrival: Arrival, paragraphs: list[tuple[str, str]]) -> None:
    """As the worker leaves a letter, without a process of its own: for files of which only the words matter."""
    original = [("p", "the cleaned letter")]
    for part, content in ((places.TEXT, paragraphs), (places.ORIGINAL, original)):
        written = io.BytesIO()
        seal_into(written, arrival.secret, places.bound(arrival.document_id, part), [json.dumps(content).encode()])
        written.seek(0)
        store().put(arrival.document_id, part, written)
    Making.objects.filter(pk=arrival.document_id).update(state=Making.State.READY, handed=b"", pages=1, shown=1)
