"""What imports and exports ask of the keeper: fingerprints, a wider quota counted apart, and undoing what failed."""

import base64
import hashlib
import time
import uuid


def _text(value: bytes) -> str:
    return base64.b64encode(value).decode()


def test_the_same_value_has_the_same_fingerprint_and_another_purpose_another(keeper):
    asked = [_text(b"Drita Canary 1990"), _text(b"Drita Canary 1990"), _text(b"Drita Canary 1991")]
    one, same, other = keeper.do("fingerprints", purpose="htcds", values=asked)["values"]
    assert one == same != other
    assert keeper.do("fingerprints", purpose="else", values=asked[:1])["values"] != [one]


def test_a_fingerprint_outlives_a_restart_and_is_no_plain_hash(keeper):
    value = b"Drita Canary 1990"
    before = keeper.do("fingerprints", purpose="htcds", values=[_text(value)])["values"]
    keeper.stop()
    keeper.start()
    assert keeper.do("fingerprints", purpose="htcds", values=[_text(value)])["values"] == before
    assert before != [_text(hashlib.sha256(value).digest())]


def test_an_import_opens_more_files_and_leaves_its_officers_day_alone(keeper):
    keeper.with_config(quota=3)
    job = keeper.sign_in("besa", 1, roles=["ra_officer", "exchange"])
    cases = [keeper.new_case(job) for _ in range(20)]
    assert all(keeper.keys(job, cases))
    own = keeper.sign_in("besa", 1)
    assert all(keeper.keys(own, cases[:3]))
    assert keeper.keys(own, cases[3:4]) == [None]


def test_an_import_may_not_do_what_the_system_may(keeper):
    besa, job = keeper.sign_in("besa", 1), keeper.sign_in("drita", 2, roles=["exchange"])
    case = keeper.new_case(besa)
    assert keeper.refused("destroy_case", token=job, case=case) == "not_allowed"


def test_files_made_for_a_desk_are_the_desks_and_not_their_makers(keeper):
    besa, colleague = keeper.sign_in("besa", 1, 77), keeper.sign_in("drita", 2, 77)
    case = str(uuid.uuid4())
    keeper.do("create_cases", token=besa, cases=[case], kept_by=77)
    keeper.do("create_cases", token=besa, cases=[case], kept_by=77)  # sent twice
    assert all(keeper.keys(colleague, [case]))
    assert keeper.keys(keeper.sign_in("besa", 1), [case]) == [None]
    assert keeper.refused("create_cases", token=besa, cases=[str(uuid.uuid4())], kept_by=78) == "not_allowed"


def test_a_failed_import_destroys_its_own_files_and_no_others(keeper):
    besa, system = keeper.sign_in("besa", 1), keeper.sign_in("system", 0, roles=("system",))
    own = [keeper.new_case(besa) for _ in range(3)]
    others = keeper.new_case(besa)
    assert keeper.do("destroy_cases", token=system, cases=own)["destroyed"] == 3
    assert keeper.keys(besa, own) == [None] * 3
    assert all(keeper.keys(besa, [others]))


def test_what_was_given_on_or_is_older_than_three_days_is_not_undone(keeper, time_machine):
    besa = keeper.sign_in("besa", 1)
    system = keeper.sign_in("system", 0, roles=("system",), lasts=400_000)
    given, old = keeper.new_case(besa), keeper.new_case(besa)
    keeper.give(besa, given, 5, "story")
    assert keeper.do("destroy_cases", token=system, cases=[given])["destroyed"] == 0
    time_machine.move_to(time.time() + 260_000)
    assert keeper.do("destroy_cases", token=system, cases=[old])["destroyed"] == 0
