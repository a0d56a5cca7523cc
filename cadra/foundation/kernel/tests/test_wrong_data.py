"""Wrong data refuse to load, naming the file, the line and what is wrong in plain words."""

import pytest

from cadra.foundation.kernel.pack import PackError, load


@pytest.mark.parametrize(
    ("file", "old", "new", "expected"),
    [
        (
            "areas.csv",
            "North,Nord",
            "North,",
            "countries/zz/areas.csv, line 2: 'text' has no wording in fr. Every text needs en, fr.",
        ),
        (
            "areas.csv",
            "highmill,municipality,north",
            "highmill,municipality,nowhere",
            "countries/zz/areas.csv, line 4: 'nowhere' in 'parent' is not a code of areas.csv.",
        ),
        (
            "areas.csv",
            "highmill,municipality,north",
            "highmill,town,north",
            "countries/zz/areas.csv, line 4: 'town' in 'kind' is not one of",
        ),
        (
            "indicators.csv",
            "E2,everyone,both,means,yes",
            "E2,everyone,both,means,maybe",
            "countries/zz/indicators.csv, line 3: 'immediate_risk': 'maybe' must be yes or no.",
        ),
        (
            "indicators.csv",
            "M1,mines",
            "E1,mines",
            "countries/zz/indicators.csv, line 4: the code 'E1' is used twice, also in line 2.",
        ),
        (
            "indicators.csv",
            "Y1,young,child,purpose",
            "Y1,old,child,purpose",
            "countries/zz/indicators.csv, line 5: 'old' in 'group' is not a code of indicator_groups.csv.",
        ),
        (
            "limits.csv",
            "first_contact,5,",
            "first_contact,-5,",
            "countries/zz/limits.csv, line 2: '-5' in 'value' is impossible: it must be at least 0.",
        ),
        (
            "limits.csv",
            "first_contact,5,",
            "first_contact,five,",
            "countries/zz/limits.csv, line 2: 'five' in 'value' is not a whole number.",
        ),
        (
            "limits.csv",
            "first_contact,5,hours,2000-01-01",
            "first_contact,5,hours,2000-13-01",
            "countries/zz/limits.csv, line 2: '2000-13-01' in 'starts' is not a date.",
        ),
        (
            "limits.csv",
            "acknowledge,7,hours,2025-01-01,",
            "acknowledge,7,hours,2024-12-31,",
            "countries/zz/limits.csv, line 5: 'acknowledge' is in force twice on 2024-12-31: also by line 4.",
        ),
        (
            "limits.csv",
            "first_contact,5,hours,2000-01-01,,",
            "first_contact,5,hours,2000-01-01,1999-01-01,",
            "countries/zz/limits.csv, line 2: 'first_contact' ends on 1999-01-01 before it starts",
        ),
        (
            "ages.csv",
            "estimate_margin,1",
            "estimate_margin,131",
            "countries/zz/ages.csv, line 5: '131' in 'value' is impossible: it must be at most 130.",
        ),
        (
            "recipients.csv",
            "identity;contact;health,",
            "identity;heart,",
            "countries/zz/recipients.csv, line 4: 'heart' in 'may_receive.1' is not one of",
        ),
        (
            "recipients.csv",
            "identity;contact;health,",
            "core;health,",
            "countries/zz/recipients.csv, line 4: 'core' goes with every consent:",
        ),
        (
            "phases.csv",
            "on,3,20",
            "on,2,20",
            "countries/zz/phases.csv, line 3: the phase begins in month 2, before the one above has ended.",
        ),
        (
            "emergency_numbers.csv",
            "guards,777,yes,2026-01-15",
            "guards,777,yes,",
            "countries/zz/emergency_numbers.csv, line 2: a verified number needs the day it was verified",
        ),
        (
            "emergency_numbers.csv",
            "guards,777,",
            "guards,ring us,",
            "countries/zz/emergency_numbers.csv, line 2: 'ring us' in 'number' is not written",
        ),
        (
            "holidays.csv",
            "02-03,",
            "02-30,",
            "countries/zz/holidays.csv, line 2: '02-30' is not a day of the calendar.",
        ),
        (
            "services.csv",
            "code,pillar,",
            "code,colour,",
            "countries/zz/services.csv, line 1: the column 'colour' is not known here. Known:",
        ),
        (
            "services.csv",
            "bed,1,",
            "bed,",
            "countries/zz/services.csv, line 2: this row has 5 cells, the first line names 6.",
        ),
        (
            "pack.toml",
            "Pacific/Chatham",
            "Pacific/Nowhere",
            "countries/zz/pack.toml, line 5: 'Pacific/Nowhere' is not a time zone.",
        ),
        (
            "pack.toml",
            'reference_prefix = "ZZ"',
            'reference_prefx = "ZZ"',
            "countries/zz/pack.toml, line 7: 'reference_prefx' is not known here. Check the spelling.",
        ),
        (
            "pack.toml",
            'child = ["purpose"]',
            'child = ["aim"]',
            "countries/zz/pack.toml, line 18: 'aim' in 'elements.child' is not a code of elements.csv.",
        ),
        (
            "pack.toml",
            'currency = "XTS"',
            "currency = XTS",
            "countries/zz/pack.toml, line 6: this is not valid TOML.",
        ),
        (
            "wording.toml",
            'fr = "Centre national"',
            "",
            "countries/zz/wording.toml, line 5: 'wording.authority' has no wording in fr.",
        ),
        (
            "wording.toml",
            "[wording.grounds]",
            "[wording.ground]",
            "countries/zz/wording.toml: the code 'grounds' is needed and missing.",
        ),
        (
            "safety.toml",
            'code = "medical"',
            'code = "doctor"',
            "countries/zz/safety.toml: the code 'medical' is needed and missing.",
        ),
    ],
)
def test_a_mistake_names_its_file_and_line(spoiled, file, old, new, expected):
    problems = spoiled.change(file, old, new).problems()
    assert any(problem.startswith(expected) for problem in problems), problems


def test_a_number_to_ring_must_exist(spoiled):
    path = spoiled.path("safety.toml")
    path.write_text(path.read_text(encoding="utf-8").replace('"care"', '"nobody"', 1), encoding="utf-8")
    line = next(n for n, row in enumerate(path.read_text(encoding="utf-8").splitlines(), 1) if "nobody" in row)
    (problem,) = spoiled.problems()
    place, sentence = problem.split(": ", 1)
    assert sentence == "'nobody' in 'ring' is not a code of emergency_numbers.csv."
    assert 0 < line - int(place.rsplit(" ", 1)[1]) <= 5  # the table the key stands in


def test_a_figure_not_verified_must_say_whom_to_ask(spoiled):
    row = "first_help,4,hours,1999-01-01,1999-12-31,no,invented,First help,Aide,,"
    number = spoiled.lines("limits.csv") + 1
    assert spoiled.add("limits.csv", row).problems() == [
        f"countries/zz/limits.csv, line {number}: 'first_help' is not verified: its note must say so and whom to ask."
    ]


def test_all_mistakes_are_told_at_once(spoiled):
    spoiled.change("areas.csv", "North,Nord", "North,").change("holidays.csv", "02-03,", "02-30,")
    files = {problem.split(",")[0] for problem in spoiled.problems()}
    assert files >= {"countries/zz/areas.csv", "countries/zz/holidays.csv"}


def test_a_missing_file_is_named(spoiled):
    spoiled.path("services.csv").unlink()
    spoiled.path("code_of_conduct.1.fr.md").unlink()
    assert spoiled.problems() == [
        "countries/zz/code_of_conduct.1.fr.md: this file is missing.",
        "countries/zz/services.csv: this file is missing.",
    ]


def test_text_in_another_encoding_is_refused(spoiled):
    spoiled.path("areas.csv").write_bytes("code,kind\nV,Vlorë".encode("latin-1"))
    assert "countries/zz/areas.csv: this file is not UTF-8 text. Save it as UTF-8." in spoiled.problems()


def test_a_country_that_is_not_there_names_the_setting():
    with pytest.raises(PackError, match="CADRA_COUNTRY"):
        load("qq")


def test_no_message_speaks_of_the_machine_or_of_python(spoiled):
    spoiled.change("limits.csv", "first_contact,5,", "first_contact,five,")
    told = " ".join(spoiled.problems())
    assert str(spoiled.root) not in told
    assert "pydantic" not in told and "int_parsing" not in told
