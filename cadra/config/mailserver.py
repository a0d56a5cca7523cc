"""What CADRA_SMTP_URL says: which server takes the mail, and that nobody reads it on the way there."""

from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

PORTS = {"smtp": 587, "smtps": 465, "smtp+plain": 25}
LOCAL = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True)
class MailServer:
    """`starttls`: encrypted after a first word in clear; `ssl`: from the first byte. One of them, or (plain) none."""

    host: str = ""
    port: int = 587
    user: str = ""
    starttls: bool = False
    ssl: bool = False

    @property
    def is_plain(self) -> bool:
        return bool(self.host) and not (self.starttls or self.ssl)

    @property
    def is_here(self) -> bool:
        return self.host in LOCAL


def read(url: str) -> MailServer:
    """smtp://[user@]host[:587] (STARTTLS, at any port), smtps://[user@]host[:465] (TLS from the first byte), or, said
    in so many words, smtp+plain://host[:25] (neither). '' is no server. ValueError in plain words for anything else.
    """
    if not url:
        return MailServer()
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise ValueError("CADRA_SMTP_URL has no proper port, such as 587.") from None
    if parts.scheme not in PORTS or not parts.hostname:
        raise ValueError("CADRA_SMTP_URL must look like smtp://user@host:587 or smtps://user@host.")
    if parts.password or parts.query or parts.path.strip("/"):
        raise ValueError("CADRA_SMTP_URL names a user and a host only; the password is the secret smtp_password.")
    return MailServer(
        host=parts.hostname,
        port=port or PORTS[parts.scheme],
        user=unquote(parts.username or ""),
        starttls=parts.scheme == "smtp",
        ssl=parts.scheme == "smtps",
    )
