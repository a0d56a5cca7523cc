"""Between two requests a web process holds no key of any file."""

import gc

from cadra.foundation.vault import Ring
from tests import world as worlds


def rings_with_keys() -> list[Ring]:
    return [thing for thing in gc.get_objects() if type(thing) is Ring and thing._keys]


def test_no_key_outlives_the_request_that_opened_it(house, monkeypatch):
    world = worlds.build(house)
    client = house.client("marta")
    opened = []
    keys = Ring.keys
    monkeypatch.setattr(Ring, "keys", lambda ring, pairs: opened.append(1) or keys(ring, pairs))
    gc.collect()
    before = len(rings_with_keys())
    answer = client.get(f"/files/{world.case_id}/")
    assert answer.status_code == 200
    assert opened, "the page opened something"
    assert len(rings_with_keys()) == before
