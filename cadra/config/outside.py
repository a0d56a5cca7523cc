"""What the doctor asks about the world outside: the address people type, the mail server, the state's sign-in, the
witness."""

import json
import os
import smtplib
import ssl
from collections.abc import Iterator
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from pathlib import Path
from urllib.parse import urlsplit

from cadra.config import mailserver
from cadra.config.findings import BAD, CARE, GOOD, Finding, Patient
from cadra.config.runtime import secrets
from cadra.config.runtime.plain import Trouble

PATIENCE_SECONDS = 10


def address(patient: Patient) -> Iterator[Finding]:
    """CADRA_BASE_URL, and the proxy that ends TLS before it."""
    base = urlsplit(patient.says("CADRA_BASE_URL"))
    here, proxy = base.hostname in mailserver.LOCAL, patient.is_on("CADRA_TRUSTED_PROXY")
    if not patient.is_for_people:
        return
    if base.scheme not in ("http", "https") or not base.hostname or base.path.strip("/"):
        yield Finding(BAD, "CADRA_BASE_URL must be the address people type, such as https://nrm.example.org")
    elif base.scheme == "http" and not here:
        yield Finding(BAD, "CADRA_BASE_URL is not https: what people write travels in clear. Put a proxy before it.")
    elif base.scheme == "https" and not proxy:
        yield Finding(BAD, "CADRA_TRUSTED_PROXY is not 1: behind the proxy every page would redirect for ever.")
    elif base.scheme == "http" and proxy:
        yield Finding(BAD, "CADRA_TRUSTED_PROXY is 1 without https: anyone can say where he comes from.")
    else:
        yield Finding(GOOD, f"People reach the pages at {base.scheme}://{base.netloc}.")


def mail(patient: Patient) -> Iterator[Finding]:
    """Whether mails would leave: the setting, its secret, and a word with the server itself. Nothing is sent."""
    if not patient.is_for_people:
        return
    try:
        server = mailserver.read(patient.says("CADRA_SMTP_URL"))
    except ValueError as wrong:
        yield Finding(BAD, str(wrong))
        return
    if not server.host:
        yield Finding(BAD, "CADRA_SMTP_URL is not set: no mail leaves, and a forgotten password stays forgotten.")
        return
    if server.is_plain and not server.is_here:
        yield Finding(BAD, f"Mail to {server.host} goes without TLS: use smtp:// or smtps:// in CADRA_SMTP_URL.")
    if not patient.says("CADRA_MAIL_FROM"):
        yield Finding(CARE, "CADRA_MAIL_FROM is not set: mail comes from cadra@ the pages' address. May it?")
    password = _secret(patient, "smtp_password") if server.user else ""
    if password is None:
        yield Finding(BAD, f"The secret smtp_password can't be read in {patient.secrets_dir}; the server asks for it.")
        return
    yield _talk(server, password)


def _talk(server: mailserver.MailServer, password: str) -> Finding:
    kind = smtplib.SMTP_SSL if server.ssl else smtplib.SMTP
    try:
        with kind(server.host, server.port, timeout=PATIENCE_SECONDS) as line:
            if server.starttls:
                line.starttls(context=ssl.create_default_context())
            if server.user:
                line.login(server.user, password)
            line.noop()
    except smtplib.SMTPAuthenticationError:
        return Finding(BAD, f"The mail server {server.host} does not take the user and the secret smtp_password.")
    except ssl.SSLError:
        return Finding(BAD, f"The mail server {server.host} shows a certificate this machine does not trust.")
    except (OSError, smtplib.SMTPException):
        return Finding(BAD, f"The mail server {server.host}:{server.port} does not answer as CADRA_SMTP_URL says.")
    return Finding(GOOD, f"The mail server {server.host} answers{'' if server.is_plain else ', over TLS'}.")


def state_sign_in(patient: Patient) -> Iterator[Finding]:
    """OpenID Connect, where it is used: id, secret, and what the service says of itself."""
    issuer = patient.says("CADRA_OIDC_ISSUER").rstrip("/")
    if not issuer:
        return
    parts = urlsplit(issuer)
    near = parts.scheme == "http" and parts.hostname in mailserver.LOCAL
    if not parts.hostname or not (near or parts.scheme == "https"):
        yield Finding(BAD, "CADRA_OIDC_ISSUER must begin with https://")
        return
    if not patient.says("CADRA_OIDC_CLIENT_ID"):
        yield Finding(BAD, "CADRA_OIDC_CLIENT_ID is not set: the state's sign-in does not know who asks.")
    if not _secret(patient, "oidc_client"):
        yield Finding(BAD, f"The secret oidc_client can't be read in {patient.secrets_dir}.")
    said = _discovery(parts.scheme, parts.netloc, parts.path)
    if said is None:
        yield Finding(BAD, f"The state's sign-in at {issuer} does not answer with what it is.")
    elif said.rstrip("/") != issuer:
        yield Finding(BAD, f"The state's sign-in calls itself {said}: write that in CADRA_OIDC_ISSUER.")
    else:
        yield Finding(GOOD, "The state's sign-in answers.")


def _discovery(scheme: str, place: str, path: str) -> str | None:
    """How the service calls itself, or nothing."""
    kind = HTTPSConnection if scheme == "https" else HTTPConnection
    line = kind(place, timeout=PATIENCE_SECONDS)
    try:
        line.request("GET", f"{path}/.well-known/openid-configuration")
        return str(json.loads(line.getresponse().read(1024 * 1024))["issuer"])
    except (OSError, HTTPException, ValueError, KeyError, TypeError):
        return None
    finally:
        line.close()


def witness(patient: Patient) -> Iterator[Finding]:
    """Where the ledger's checkpoints are also written: elsewhere, or whoever owns the machine may rewrite both."""
    named = patient.says("CADRA_WITNESS_FILE")
    if not named:
        if patient.is_for_people:
            yield Finding(CARE, "CADRA_WITNESS_FILE is not set: checkpoints lie beside the data they prove.")
        return
    folder = Path(named).parent
    if not folder.is_dir() or not os.access(folder, os.W_OK):
        yield Finding(BAD, f"Checkpoints can't be written in {folder}: mount it, or set CADRA_WITNESS_FILE anew.")
    elif patient.data.exists() and folder.stat().st_dev == patient.data.stat().st_dev:
        yield Finding(CARE, f"{folder} is on the same disk as the data: a witness belongs to another institution.")
    else:
        yield Finding(GOOD, "The ledger's checkpoints are written to another disk too.")


def _secret(patient: Patient, name: str) -> str | None:
    try:
        return secrets.read(patient.secrets_dir, name)
    except Trouble:
        return None
