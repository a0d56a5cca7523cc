"""The doctor tells the truth about the world outside: address, mail, the state's sign-in, the witness."""

import json
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from cadra.config import outside
from cadra.config.findings import BAD, CARE, GOOD, Patient

PEOPLE = {"CADRA_BASE_URL": "https://nrm.example.org", "CADRA_TRUSTED_PROXY": "1", "DATABASE_URL": "postgresql://db/c"}


def told(check: Any, folder: Path, **settings: str) -> list[tuple[str, str]]:
    patient = Patient(folder, {**PEOPLE, "CADRA_SECRETS_DIR": str(folder), **settings})
    return [(finding.grade, finding.words) for finding in check(patient)]


def grades(found: list[tuple[str, str]]) -> list[str]:
    return [grade for grade, _ in found]


@pytest.mark.parametrize(
    ("base", "proxy", "grade", "word"),
    [
        ("https://nrm.example.org", "1", GOOD, "reach"),
        ("http://localhost:8321", "", GOOD, "reach"),
        ("", "1", BAD, "the address people type"),
        ("nrm.example.org", "1", BAD, "the address people type"),
        ("https://nrm.example.org/under/", "1", BAD, "the address people type"),
        ("http://nrm.example.org", "", BAD, "in clear"),
        ("https://nrm.example.org", "", BAD, "redirect for ever"),
        ("http://localhost:8321", "1", BAD, "without https"),
    ],
)
def test_it_looks_at_the_address_and_the_proxy(tmp_path: Path, base: str, proxy: str, grade: str, word: str) -> None:
    found = told(outside.address, tmp_path, CADRA_BASE_URL=base, CADRA_TRUSTED_PROXY=proxy)
    assert grades(found) == [grade]
    assert word in found[0][1]


@pytest.mark.parametrize("check", [outside.address, outside.mail, outside.witness])
def test_it_asks_nothing_of_the_demonstration_or_an_empty_checkout(tmp_path: Path, check: Any) -> None:
    assert told(check, tmp_path, CADRA_DEMO="1") == []
    assert told(check, tmp_path, CADRA_BASE_URL="", DATABASE_URL="") == []


def test_without_a_mail_server_it_says_that_no_mail_leaves(tmp_path: Path) -> None:
    [(grade, words)] = told(outside.mail, tmp_path)
    assert (grade, "no mail leaves" in words) == (BAD, True)
    assert grades(told(outside.mail, tmp_path, CADRA_SMTP_URL="mail.example")) == [BAD]


class _Post(socketserver.StreamRequestHandler):
    """A mail server that greets, and takes a user only with the right word."""

    def handle(self) -> None:
        self.wfile.write(b"220 here\r\n")
        for line in self.rfile:
            word = line[:4].upper()
            if word == b"EHLO":
                self.wfile.write(b"250-here\r\n250 AUTH PLAIN\r\n")
            elif word == b"AUTH":
                self.wfile.write(b"235 yes\r\n" if b"AHBvc3QAd29yZA==" in line else b"535 no\r\n")
            elif word == b"QUIT":
                self.wfile.write(b"221 bye\r\n")
                return
            else:
                self.wfile.write(b"250 ok\r\n" if word == b"NOOP" else b"502 what\r\n")


@contextmanager
def running(server: Any) -> Iterator[int]:
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()


def test_it_speaks_with_the_mail_server_and_says_what_it_answers(tmp_path: Path) -> None:
    (tmp_path / "smtp_password").write_text("word")
    with running(socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Post)) as port:
        place, sender = f"post@127.0.0.1:{port}", {"CADRA_MAIL_FROM": "cadra@nrm.example.org"}
        assert grades(told(outside.mail, tmp_path, CADRA_SMTP_URL=f"smtp+plain://{place}", **sender)) == [GOOD]
        assert grades(told(outside.mail, tmp_path, CADRA_SMTP_URL=f"smtp+plain://{place}")) == [CARE, GOOD]
        without_tls = told(outside.mail, tmp_path, CADRA_SMTP_URL=f"smtp://{place}", **sender)
        assert grades(without_tls) == [BAD]
        (tmp_path / "smtp_password").write_text("another")
        [(grade, words)] = told(outside.mail, tmp_path, CADRA_SMTP_URL=f"smtp+plain://{place}", **sender)
        assert (grade, "does not take" in words) == (BAD, True)
        (tmp_path / "smtp_password").unlink()
        [(grade, words)] = told(outside.mail, tmp_path, CADRA_SMTP_URL=f"smtp+plain://{place}", **sender)
        assert (grade, "smtp_password" in words) == (BAD, True)
    [(grade, words)] = told(outside.mail, tmp_path, CADRA_SMTP_URL=f"smtp+plain://127.0.0.1:{port}", **sender)
    assert (grade, "does not answer" in words) == (BAD, True)


def test_it_says_when_mail_would_travel_in_clear(tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr(outside, "_talk", lambda *_: outside.Finding(GOOD, ""))
    found = told(outside.mail, tmp_path, CADRA_SMTP_URL="smtp+plain://mail.example", CADRA_MAIL_FROM="a@b.example")
    assert grades(found) == [BAD, GOOD]
    assert "without TLS" in found[0][1]


class _State(BaseHTTPRequestHandler):
    """A sign-in service that says what it is."""

    def do_GET(self) -> None:
        port = self.server.server_address[1]
        name = f"http://localhost:{port}/other" if "liar" in self.path else f"http://localhost:{port}/true"
        self.send_response(200)
        self.end_headers()
        self.wfile.write(json.dumps({"issuer": name}).encode())

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing."""


def test_it_asks_the_states_sign_in_what_it_is(tmp_path: Path) -> None:
    assert told(outside.state_sign_in, tmp_path) == []
    (tmp_path / "oidc_client").write_text("word")
    known = {"CADRA_OIDC_CLIENT_ID": "cadra"}
    with running(HTTPServer(("127.0.0.1", 0), _State)) as port:
        true, liar = (f"http://localhost:{port}/{name}" for name in ("true", "liar"))
        assert grades(told(outside.state_sign_in, tmp_path, CADRA_OIDC_ISSUER=true, **known)) == [GOOD]
        assert grades(told(outside.state_sign_in, tmp_path, CADRA_OIDC_ISSUER=liar, **known)) == [BAD]
        assert grades(told(outside.state_sign_in, tmp_path, CADRA_OIDC_ISSUER=true)) == [BAD, GOOD]
        (tmp_path / "oidc_client").unlink()
        assert grades(told(outside.state_sign_in, tmp_path, CADRA_OIDC_ISSUER=true, **known)) == [BAD, GOOD]
    (tmp_path / "oidc_client").write_text("word")
    assert grades(told(outside.state_sign_in, tmp_path, CADRA_OIDC_ISSUER=true, **known)) == [BAD]
    assert grades(told(outside.state_sign_in, tmp_path, CADRA_OIDC_ISSUER="http://id.example", **known)) == [BAD]


def test_it_looks_where_the_witness_is(tmp_path: Path) -> None:
    assert grades(told(outside.witness, tmp_path)) == [CARE]
    assert grades(told(outside.witness, tmp_path, CADRA_WITNESS_FILE=str(tmp_path / "away" / "w.log"))) == [BAD]
    assert grades(told(outside.witness, tmp_path, CADRA_WITNESS_FILE=str(tmp_path / "w.log"))) == [CARE]
    elsewhere = Path("/proc/self/fd")
    if elsewhere.stat().st_dev != tmp_path.stat().st_dev:
        found = told(outside.witness, tmp_path, CADRA_WITNESS_FILE="/dev/w.log")
        assert found[0][0] in (GOOD, BAD)
