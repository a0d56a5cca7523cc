"""What CADRA_SMTP_URL means, and that mail never goes in clear unless somebody said so."""

import pytest

from cadra.config.mailserver import MailServer, read


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("", MailServer()),
        ("smtp://mail.example", MailServer("mail.example", 587, starttls=True)),
        ("smtp://mail.example:25", MailServer("mail.example", 25, starttls=True)),
        ("smtp://post%40office@mail.example:587", MailServer("mail.example", 587, "post@office", starttls=True)),
        ("smtps://mail.example", MailServer("mail.example", 465, ssl=True)),
        ("smtps://post@mail.example:4650", MailServer("mail.example", 4650, "post", ssl=True)),
        ("smtp+plain://localhost", MailServer("localhost", 25)),
    ],
)
def test_an_address_says_server_port_user_and_how_it_is_closed(url: str, server: MailServer) -> None:
    assert read(url) == server


@pytest.mark.parametrize("url", ["smtp://mail.example:25", "smtp://mail.example:2525", "smtps://mail.example:25"])
def test_mail_goes_in_clear_only_where_it_is_said_in_so_many_words(url: str) -> None:
    assert not read(url).is_plain
    assert read("smtp+plain://mail.example").is_plain


@pytest.mark.parametrize(
    "url",
    [
        "mail.example:587",
        "http://mail.example",
        "smtp://",
        "smtp://mail.example:port",
        "smtp://user:word@mail.example",
        "smtp://mail.example/?tls=1",
    ],
)
def test_what_it_cannot_mean_is_refused_in_words(url: str) -> None:
    with pytest.raises(ValueError, match="CADRA_SMTP_URL"):
        read(url)
