"""`cadra doctor`: what this machine or its settings lack, one plain sentence each, with what to do."""

import http.client
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import psycopg
from psycopg.conninfo import make_conninfo

from cadra.config.findings import BAD, CARE, GOOD, Finding, Patient
from cadra.config.outside import address, mail, state_sign_in, witness
from cadra.config.runtime import binaries, roles, secrets
from cadra.config.runtime.parts import CODE
from cadra.config.runtime.plain import Trouble
from cadra.foundation.kernel.pack import PackError, load
from cadra.foundation.vault.keeper import Keeper, KeeperRefused, KeeperUnavailable

OLDEST_PYTHON = (3, 11)
OLDEST_NODE = 20
SPACE_NEEDED = 2 * 1024**3
CLOCK_SLACK_SECONDS = 5
PAGES, SYSTEM = "keeper_client", "keeper_system"  # the secrets shown to the keeper


def main() -> int:
    """Examine what the environment describes, print every finding; 1 when one of them is BAD."""
    findings = list(examine(Patient(Path(os.environ["CADRA_DATA_DIR"]), os.environ)))
    for finding in findings:
        print(f"{finding.grade:>4}  {finding.words}")
    bad = sum(finding.grade == BAD for finding in findings)
    print(f"\n{bad} things must be put right." if bad else "\nNothing stands in the way.")
    return 1 if bad else 0


def examine(patient: Patient) -> Iterator[Finding]:
    for check in CHECKS:
        yield from check(patient)


def python(patient: Patient) -> Iterator[Finding]:
    said = ".".join(str(part) for part in sys.version_info[:3])
    if sys.version_info[:2] < OLDEST_PYTHON:
        yield Finding(BAD, f"Python is {said}; 3.11 or newer is needed.")
    else:
        yield Finding(GOOD, f"Python is {said}.")


def secret_files(patient: Patient) -> Iterator[Finding]:
    folder = patient.secrets_dir
    if not folder.is_dir():
        yield Finding(CARE, f"There are no secrets in {folder} yet; the first start makes them.")
        return
    missing = [name for name in secrets.ALL_SECRETS if not (folder / name).is_file()]
    loose = secrets.loose(folder)
    if alike := secrets.alike(folder):
        yield Finding(BAD, f"These secrets are the same: {', '.join(alike)}. Make a new one of each but the first.")
    if missing:
        yield Finding(BAD, f"Secrets missing from {folder}: {', '.join(missing)}. Put them back from custody.")
    if loose:
        yield Finding(BAD, f"Others on this machine can read {', '.join(loose)}: run chmod 600 on them in {folder}.")
    if not missing and not loose and not alike:
        yield Finding(GOOD, "All secrets are there and only their owner can read them.")


def database(patient: Patient) -> Iterator[Finding]:
    url = patient.settings.get("DATABASE_URL")
    if not url:
        yield from _embedded()
        return
    try:
        passwords = secrets.passwords(patient.secrets_dir)
        if "cadra_app" not in passwords:
            yield Finding(BAD, f"The secret db_app is missing from {patient.secrets_dir}; the database can't be asked.")
            return
        found = roles.examine(make_conninfo(url, user="cadra_app", password=passwords["cadra_app"]), passwords)
    except Trouble as trouble:
        yield Finding(BAD, f"{trouble} Check DATABASE_URL, and that the server runs.")
        return
    yield _version(found.version)
    yield from (Finding(BAD, f"In the database, {flaw.about} {flaw.must}.") for flaw in found.flaws)
    if not found.flaws:
        yield Finding(GOOD, "The database's roles have no more power than they may, and every file's rows are guarded.")


ADMINISTERED = """
    SELECT EXISTS (
        SELECT 1 FROM network_user u JOIN network_roleholding h ON h.user_id = u.id
        WHERE u.institution_id = i.id AND u.is_active AND h.role = 'institution_admin')
    FROM network_institution i WHERE i.is_responsible_authority AND i.is_active"""


def founded(patient: Patient) -> Iterator[Finding]:
    """Has somebody begun the mechanism, so that the first can sign in?"""
    url = patient.settings.get("DATABASE_URL")
    password = secrets.passwords(patient.secrets_dir).get("cadra_app") if patient.secrets_dir.is_dir() else None
    if not url or not password:
        return
    try:
        with psycopg.connect(make_conninfo(url, user="cadra_app", password=password), connect_timeout=5) as connection:
            row = connection.execute(ADMINISTERED).fetchone()
    except psycopg.errors.UndefinedTable:
        yield Finding(BAD, "The tables are not there yet: type 'cadra prepare'.")
    except psycopg.OperationalError:
        return
    else:
        if row is None:
            yield Finding(CARE, "Nobody has begun the mechanism here, so nobody can sign in: type 'cadra found'.")
        elif not row[0]:
            yield Finding(CARE, "The Responsible Authority has no administrator yet. Link run out? Type 'cadra found'.")
        else:
            yield Finding(GOOD, "The Responsible Authority is there, and somebody administers it.")


def _embedded() -> Iterator[Finding]:
    try:
        found = binaries.find()
    except Trouble as trouble:
        yield Finding(BAD, str(trouble))
    else:
        yield Finding(GOOD, f"PostgreSQL {found.major} ({found.kind}) is there; it is not running just now.")


def _version(major: int) -> Finding:
    if major < binaries.OLDEST:
        return Finding(BAD, f"The database is PostgreSQL {major}; {binaries.OLDEST} or newer is needed.")
    if major > binaries.NEWEST:
        return Finding(CARE, f"The database is PostgreSQL {major}; Çadra is tested up to {binaries.NEWEST}.")
    return Finding(GOOD, f"The database is PostgreSQL {major} and answers.")


def keeper(patient: Patient) -> Iterator[Finding]:
    path = patient.settings.get("CADRA_KEEPER_SOCKET")
    if not path:
        yield Finding(CARE, "No copy runs here, so the keeper was not asked.")
        return
    said: dict[str, str] = {}
    try:
        for name in (PAGES, SYSTEM):
            if (patient.secrets_dir / name).is_file():
                said[name] = _opens(path, secrets.read(patient.secrets_dir, name))
        if not said:
            _opens(path, "")
    except KeeperUnavailable:
        yield Finding(BAD, "The keeper does not answer at CADRA_KEEPER_SOCKET: start it, or look in its log.")
        return
    yield Finding(GOOD, "The keeper answers.")
    yield from _secrets_at_keeper(said)


def _opens(path: str, secret: str) -> str:
    """What the keeper says to whoever shows this secret and asks, as nobody, for a thing of the system's."""
    client = Keeper(path, secret)
    try:
        client.ask("living", kind="case")
    except KeeperRefused as refused:
        return refused.code
    finally:
        client.close()
    return ""


def _secrets_at_keeper(said: Mapping[str, str]) -> Iterator[Finding]:
    for name, code in said.items():
        if code == "not_admitted":
            yield Finding(BAD, f"The keeper does not know the secret {name}: restart it and its clients.")
    if said.get(PAGES, "other_client") not in ("other_client", "not_admitted"):
        yield Finding(BAD, f"With {PAGES} the pages could destroy keys: make a new {SYSTEM}.")
    if said == {PAGES: "other_client", SYSTEM: "no_session"}:
        yield Finding(GOOD, "The keeper does the system's work for the worker and commands, and not for the pages.")


def space(patient: Patient) -> Iterator[Finding]:
    existing = next(step for step in (patient.data, *patient.data.parents) if step.exists())
    free = shutil.disk_usage(existing).free
    if free < SPACE_NEEDED:
        yield Finding(BAD, f"Only {free // 1024**2} MB are free at {existing}; keep at least 2 GB free.")
    else:
        yield Finding(GOOD, f"{free // 1024**3} GB are free for the data.")


def clock(patient: Patient) -> Iterator[Finding]:
    """Deadlines and the ledger depend on the clock; the database's is asked when there is one."""
    url = patient.settings.get("DATABASE_URL")
    if time.time() < 1_750_000_000:
        yield Finding(BAD, "This machine's clock is years behind: set it, and switch on time synchronisation.")
        return
    password = secrets.passwords(patient.secrets_dir).get("cadra_app") if patient.secrets_dir.is_dir() else None
    if not url or not password:
        yield Finding(GOOD, "The clock looks right.")
        return
    try:
        apart = roles.clock_difference(make_conninfo(url, user="cadra_app", password=password))
    except Trouble:
        return
    if apart > CLOCK_SLACK_SECONDS:
        yield Finding(BAD, f"This machine's clock and the database's differ by {apart:.0f} s: synchronise both.")
    else:
        yield Finding(GOOD, "The clock agrees with the database's.")


def fonts(patient: Patient) -> Iterator[Finding]:
    """Documents and charts need a font with ë and ç; pages use the reader's own."""
    listing = shutil.which("fc-list")
    found = subprocess.run([listing, ":lang=sq"], capture_output=True, text=True) if listing else None
    if found and found.stdout.strip():
        yield Finding(GOOD, "A font with Albanian letters is installed.")
    else:
        yield Finding(CARE, "No font with Albanian letters was found; install one, for example fonts-dejavu-core.")


def node(patient: Patient) -> Iterator[Finding]:
    path = shutil.which("node")
    said = subprocess.run([path, "--version"], capture_output=True, text=True).stdout if path else ""
    major = int(said.lstrip("v").split(".")[0] or 0) if said.startswith("v") else 0
    if major >= OLDEST_NODE:
        yield Finding(GOOD, f"Node {said.strip()[1:]} is there to build the pages' styles.")
    else:
        yield Finding(CARE, f"No Node {OLDEST_NODE} or newer; one from the Python registry is used to build styles.")


def assets(patient: Patient) -> Iterator[Finding]:
    made = CODE / "cadra" / "foundation" / "shell" / "static" / "vendor"
    if all((made / name).is_file() for name in ("cadra.css", "cadra.js")):
        yield Finding(GOOD, "The pages' styles and scripts are built.")
    else:
        yield Finding(BAD, "The pages' styles are not built: run script/assets with this environment's Python.")


def country(patient: Patient) -> Iterator[Finding]:
    code = patient.settings.get("CADRA_COUNTRY", "al")
    try:
        load(code)
    except PackError as wrong:
        yield Finding(BAD, f"The country pack '{code}' has mistakes:\n{wrong}")
    else:
        yield Finding(GOOD, f"The country pack '{code}' is complete and consistent.")


def page(patient: Patient) -> Iterator[Finding]:
    """The health page of the copy that runs here, if one does."""
    port = patient.settings.get("CADRA_PORT_IN_USE")
    if not port:
        return
    connection = http.client.HTTPConnection("127.0.0.1", int(port), timeout=10)
    try:
        connection.request("GET", "/health/")
        answer = connection.getresponse()
        text = answer.read().decode()
    except (OSError, http.client.HTTPException):
        yield Finding(BAD, f"The web server does not answer on port {port}: look in its log.")
        return
    finally:
        connection.close()
    for line in text.splitlines()[1:]:
        yield Finding(GOOD if ": ok" in line else BAD, f"Health page: {line}.")


def hardening(patient: Patient) -> Iterator[Finding]:
    if patient.settings.get("CADRA_DEBUG", "").lower() in ("1", "true", "yes"):
        yield Finding(BAD, "CADRA_DEBUG is on: error pages would show what people wrote. Take it away.")
    if _swap_in_use():
        yield Finding(CARE, "This machine swaps memory to disk; the keeper's names must not go there: use swapoff.")
    if os.geteuid() == 0:
        yield Finding(CARE, "You are root. For real people give each program an account of its own.")


def _swap_in_use() -> bool:
    try:
        return len(Path("/proc/swaps").read_text().splitlines()) > 1
    except OSError:
        return False


CHECKS: tuple[Callable[[Patient], Iterator[Finding]], ...] = (
    python,
    secret_files,
    database,
    founded,
    keeper,
    page,
    space,
    clock,
    fonts,
    node,
    assets,
    country,
    address,
    mail,
    state_sign_in,
    witness,
    hardening,
)


if __name__ == "__main__":
    sys.exit(main())
