"""Thirty kills at moments nobody chose, while eight people write: nothing acknowledged is lost (J1, B1).

A whole copy, durable as in production: two web processes, worker, keeper, PostgreSQL, under their supervisor.
"""

import http.client
import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

import pytest

from cadra.config.runtime.places import places
from cadra.foundation.kernel.clock import today
from cadra.stages.identification.tests import posted
from cadra.stages.support.tests import posted as asking

ROOT = Path(__file__).resolve().parents[2]
KILLS = 30
CSRF = "k" * 32
# The supervisor waits longer each time a part dies young; here every death is the first.
SERVE = (
    "from cadra.config.runtime import supervise; supervise.SETTLED = 0.0\n"
    "import sys; from cadra.config.cli import main; sys.exit(main(sys.argv[1:]))"
)
OURS = (
    "DATABASE_URL",
    "CADRA_SECRETS_DIR",
    "CADRA_KEEPER_SOCKET",
    "CADRA_DATA_DIR",
    "CADRA_KEEPER_QUOTA",
    "CADRA_KEEPER_SESSIONS",
    "CADRA_KEEPER_NEWCOMERS",
    "CADRA_DEBUG",
    "CADRA_TEST_HOUSE",
    "CADRA_TEST_ADMIN",
)


@dataclass
class Copy:
    """A running copy, and how to speak to it."""

    data: Path
    process: subprocess.Popen[str]
    port: int

    @property
    def environment(self) -> dict[str, str]:
        described = json.loads(places(self.data).described.read_text())
        return {**_plain(self.data), **described, "CADRA_SECRETS_DIR": str(self.data / "secrets")}

    def beside(self, word: str) -> dict[str, Any]:
        """Run tests.walls.killed_copy in this copy's environment."""
        done = subprocess.run(
            [sys.executable, "-m", "tests.walls.killed_copy", word],
            env=self.environment, cwd=ROOT, capture_output=True, text=True, timeout=180,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr[-3000:]
        answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
        return answer

    def ask(self, token: str, method: str, path: str, fields: dict[str, Any] | None = None) -> tuple[int, str, str]:
        """(status, Location, body); OSError or HTTPException when nobody answers."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=15)
        body = urlencode({**fields, "csrfmiddlewaretoken": CSRF}, doseq=True) if fields is not None else None
        headers = {"Host": "localhost", "Cookie": f"cadra={token}; csrf={CSRF}"}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            return answer.status, answer.headers.get("Location") or "", answer.read().decode(errors="replace")
        finally:
            connection.close()

    def is_well(self) -> bool:
        try:
            return self.ask("", "GET", "/health/")[0] == 200
        except (OSError, http.client.HTTPException):
            return False


def _plain(data: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name not in OURS and "PYTEST" not in name}
    return {**kept, "CADRA_DATA_DIR": str(data), "CADRA_BASE_URL": "http://localhost", "PYTHONPATH": str(ROOT)}


@pytest.fixture
def copy() -> Iterator[Copy]:
    data = Path(tempfile.mkdtemp(prefix="cadra-killed-"))
    data.chmod(0o711)
    subprocess.run(
        [sys.executable, "-m", "cadra.config.cli", "prepare"], env=_plain(data), check=True, stdout=subprocess.DEVNULL
    )
    process = subprocess.Popen(
        [sys.executable, "-c", SERVE, "serve", "--port", str(random.randint(20000, 27000)), "--workers", "2"],
        env=_plain(data), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip
    try:
        yield Copy(data, process, _port_said(process))
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.communicate(timeout=60)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
        shutil.rmtree(places(data).run, ignore_errors=True)
        shutil.rmtree(data, ignore_errors=True)


def _port_said(process: subprocess.Popen[str]) -> int:
    assert process.stdout is not None
    said = ""
    for line in process.stdout:
        said += line
        if "Ctrl-C" in line:
            port = json.loads((_data_of(process) / "environment.json").read_text())["CADRA_PORT_IN_USE"]
            threading.Thread(target=process.stdout.read, daemon=True).start()  # so that it can go on speaking
            return int(port)
    raise AssertionError(said)


def _data_of(process: subprocess.Popen[str]) -> Path:
    told = Path(f"/proc/{process.pid}/environ").read_bytes().decode().split("\0")
    return Path(next(line.partition("=")[2] for line in told if line.startswith("CADRA_DATA_DIR=")))


# Who works on it ---------------------------------------------------------------------------------


@dataclass
class Crowd:
    """Eight who write and one who reads, until told to stop; what was acknowledged to them."""

    copy: Copy
    told: dict[str, Any]
    notes: list[str] = field(default_factory=list)
    sent: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    given: list[str] = field(default_factory=list)
    shown: int = 0
    unanswered: int = 0
    strange: list[tuple[int, str]] = field(default_factory=list)
    stop: threading.Event = field(default_factory=threading.Event)

    def start(self) -> list[threading.Thread]:
        work = [(self.write_notes, token) for token in self.told["writers"]]
        work += [(self.refer, token) for token in self.told["referrers"]]
        work += [(self.ask_a_provider, self.told["asker"]), (self.give_help, self.told["giver"])]
        work += [(self.read, self.told["reader"])]
        threads = [threading.Thread(target=job, args=(token,)) for job, token in work]
        for thread in threads:
            thread.start()
        return threads

    def wait_for_more(self, acknowledgements: int) -> None:
        """Everything works again and people write: that many more were acknowledged (or it takes too long)."""
        before, deadline = self.acknowledged, time.monotonic() + 20
        while self.acknowledged < before + acknowledgements and time.monotonic() < deadline:
            time.sleep(0.05)

    @property
    def acknowledged(self) -> int:
        return sum(map(len, (self.notes, self.sent, self.asked, self.given)))

    def until_answered(
        self, token: str, method: str, path: str, fields: dict[str, Any] | None = None
    ) -> tuple[int, str, str] | None:
        """Ask again and again, as a person presses again, until somebody answers; None once told to stop."""
        while not self.stop.is_set():
            try:
                answer = self.copy.ask(token, method, path, fields)
            except (OSError, http.client.HTTPException):
                answer = (0, "", "")
            if 200 <= answer[0] < 500:
                return answer
            self.unanswered += 1
            time.sleep(0.3)
        return None

    def write_notes(self, token: str) -> None:
        path = f"/files/{self.told['case_id']}/notes/"
        while not self.stop.is_set():
            text = f"note {uuid4()}"
            answer = self.until_answered(
                token, "POST", path, {"text": text, "part": "support", "submission": str(uuid4())}
            )
            if answer and answer[0] == 302 and answer[1] == path:
                self.notes.append(text)
            elif answer:
                self.strange.append(answer[:2])

    def refer(self, token: str) -> None:
        while not self.stop.is_set():
            answer = self.until_answered(token, "POST", "/referrals/new/", {"submission": str(uuid4())})
            found = re.fullmatch(r"/referrals/([0-9a-f-]{36})/safety/", answer[1]) if answer else None
            for screen, typed in posted.COMPULSORY.items() if found else ():
                self.until_answered(token, "POST", f"/referrals/{found[1]}/{screen}/", typed)  # type: ignore[index]
            answer = self.until_answered(token, "POST", f"/referrals/{found[1]}/send/", {}) if found else None
            if answer and answer[1].startswith("/receipts/"):
                self.sent.append(answer[1].split("/")[2])
            elif answer:
                self.strange.append(answer[:2])

    def ask_a_provider(self, token: str) -> None:
        """A request to a clinic, read before it is sent."""
        path = f"/files/{self.told['case_id']}/refer/{self.told['desk_id']}/"
        while not self.stop.is_set():
            typed = {**asking.REFERRAL, "urgency": "ordinary", "submission": str(uuid4())}
            answer = self.until_answered(token, "POST", path, {**typed, "then": "preview"})
            if answer and 'name="seen"' in answer[2]:
                seen = {"seen": asking.seen_in(answer[2]), "then": "send"}
                answer = self.until_answered(token, "POST", path, {**typed, **seen})
            found = re.search(r"/referrals/([0-9a-f-]{36})/", answer[1]) if answer else None
            if found:
                self.asked.append(found[1])
            elif answer:
                self.strange.append(answer[:2])

    def give_help(self, token: str) -> None:
        path = f"/requests/{self.told['referral_id']}/"
        day = today()
        when = {"on_day": day.day, "on_month": day.month, "on_year": day.year}
        while not self.stop.is_set():
            words = f"session {uuid4()}"
            typed = {"kind": "session", "amount": "1", "distance": "no", "words": words, **when}
            answer = self.until_answered(token, "POST", f"{path}give/", {**typed, "submission": str(uuid4())})
            if answer and answer[0] == 302 and answer[1].startswith(path):
                self.given.append(words)
            elif answer:
                self.strange.append(answer[:2])

    def read(self, token: str) -> None:
        path = f"/files/{self.told['case_id']}/notes/"
        while not self.stop.is_set():
            answer = self.until_answered(token, "GET", path)
            if answer and answer[0] == 200 and "note " in answer[2]:
                self.shown += 1
            time.sleep(0.02)


# Who kills ---------------------------------------------------------------------------------------


def processes_of(copy: Copy) -> dict[str, list[int]]:
    """part → process ids. Of the web also its children, of PostgreSQL also what serves one connection."""
    found: dict[str, list[int]] = {"web": [], "worker": [], "keeper": [], "database": [], "connection": []}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            words = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            told = (folder / "environ").read_bytes().decode(errors="replace")
            parent = int((folder / "stat").read_text().rsplit(")", 1)[1].split()[1])
        except (OSError, ValueError, IndexError):
            continue
        if f"-D {copy.data}/postgres" in words:
            found["database"].append(int(folder.name))
        elif words.startswith("postgres: cadra_app"):
            found["connection"].append((int(folder.name), parent))  # type: ignore[arg-type]
        elif f"CADRA_DATA_DIR={copy.data}\0" in told:
            for part, sign in (("web", "granian"), ("worker", "cadra.config.worker"), ("keeper", "cadra.keeper")):
                if sign in words:
                    found[part].append(int(folder.name))
    found["connection"] = [number for number, parent in found["connection"] if parent in found["database"]]  # type: ignore[misc]
    return found


def kill_somebody(copy: Copy, chance: random.Random, part: str) -> bool:
    alive = processes_of(copy)[part]
    if not alive:
        return False
    os.kill(chance.choice(alive), signal.SIGKILL)
    return True


@pytest.mark.slow
def test_thirty_kills_lose_nothing_that_was_acknowledged(copy: Copy) -> None:
    chance = random.Random()
    crowd = Crowd(copy, copy.beside("settle"))
    threads = crowd.start()
    killed: dict[str, int] = {}
    try:
        for number in range(KILLS):
            crowd.wait_for_more(3)
            time.sleep(chance.uniform(0, 0.8))
            part = ("web", "connection", "keeper", "worker", "database", "web")[number % 6]
            deadline = time.monotonic() + 30
            while not kill_somebody(copy, chance, part):
                assert time.monotonic() < deadline, f"the {part} did not come back"
                time.sleep(0.1)
            killed[part] = killed.get(part, 0) + 1
        deadline = time.monotonic() + 60
        while not copy.is_well():
            assert time.monotonic() < deadline, "it did not become well again"
            time.sleep(0.2)
        time.sleep(1)
    finally:
        crowd.stop.set()
        for thread in threads:
            thread.join(30)
    seen = copy.beside("look")
    figures = {
        "killed": killed, "notes": len(crowd.notes), "sent": len(crowd.sent), "shown": crowd.shown,
        "asked": len(crowd.asked), "given": len(crowd.given),
        "unanswered": crowd.unanswered, **{name: value for name, value in seen.items() if isinstance(value, int)},
    }  # fmt: skip
    print(figures)
    assert sum(killed.values()) == KILLS
    assert len(crowd.notes) > 30 and len(crowd.sent) > 3 and crowd.unanswered > 0, figures
    assert len(crowd.asked) > 3 and len(crowd.given) > 3, figures
    assert crowd.strange == [], figures
    # acknowledged, and there; once
    assert set(crowd.notes) - set(seen["notes"]) == set(), figures
    assert set(crowd.sent) - set(seen["receipts"]) == set(), figures
    assert set(crowd.asked) - set(seen["asked"]) == set(), figures
    assert set(crowd.given) - set(seen["given"]) == set(), figures
    assert len(seen["given"]) == len(set(seen["given"])), figures
    assert len(seen["notes"]) == len(set(seen["notes"])), figures
    # shown, and written down
    assert crowd.shown <= seen["looks_by_reader"], figures
    assert crowd.shown > 0
    # whole, or not at all
    assert (seen["notes_without_entry"], seen["entries_without_note"], seen["half_sent"]) == (0, 0, 0), figures
    assert (seen["half_asked"], seen["gifts_besides_entries"]) == (0, 0), figures
    assert (seen["sent_not_open_to_desk"], seen["drafts_not_open_to_author"]) == (0, 0), figures
