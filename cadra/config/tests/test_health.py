"""The health page tells what is wrong even when the database is down, and tells nothing else."""

from cadra.config.health import Answer, Answering, Report


def answer_of(report: Report, path: str = "/health/", method: str = "GET") -> tuple[str, dict[str, str], str]:
    got: list = []
    application = Answering(lambda environ, start_response: [b"the application"], report)
    body = application(
        {"PATH_INFO": path, "REQUEST_METHOD": method}, lambda status, headers: got.extend((status, dict(headers)))
    )
    return (got[0] if got else "", got[1] if got else {}, b"".join(body).decode())


def well() -> Answer:
    return Answer("keeper", True, "answers")


def ill() -> Answer:
    return Answer("database", False, "does not answer")


def test_all_well_is_200_in_plain_text_that_nobody_stores():
    status, headers, text = answer_of(Report([well]))
    assert status == "200 OK"
    assert headers["Content-Type"] == "text/plain; charset=utf-8"
    assert headers["Cache-Control"] == "no-store"
    assert text == "ok\nkeeper: ok, answers\n"


def test_one_part_that_fails_makes_it_503_and_is_named():
    status, _, text = answer_of(Report([ill, well]))
    assert status == "503 Service Unavailable"
    assert text.splitlines() == ["NOT OK", "database: NOT OK, does not answer", "keeper: ok, answers"]


def test_other_addresses_and_writes_reach_the_application():
    assert answer_of(Report([well]), path="/health/x")[2] == "the application"
    assert answer_of(Report([well]), method="POST")[2] == "the application"


def test_many_questions_at_once_are_one_question_to_the_database():
    asked = []
    report = Report([lambda: asked.append(1) or well()])
    for _ in range(50):
        report.read()
    assert len(asked) == 1


def test_in_a_real_house_every_part_is_asked(house):
    status, text = Report().read()
    parts = dict(line.split(": ", 1) for line in text.splitlines()[1:])
    assert list(parts) == ["database", "keeper", "worker", "sealing"]
    assert parts["database"] == "ok, answers"
    assert parts["keeper"] == "ok, answers"
    assert parts["worker"] == "NOT OK, none has started"  # none runs in a test
    assert status == 503
