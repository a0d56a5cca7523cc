"""The state's OpenID Connect service opens an account that exists, when what it says is believed to the letter."""

import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from cadra.foundation.access.tests import issuer as services
from cadra.foundation.access.tests.issuer import Issuer
from cadra.foundation.access.tests.signing import give_code, is_in, with_app

LOGIN = "/account/oidc/state/login/"
CALLBACK = "/account/oidc/state/login/callback/"


@pytest.fixture
def issuer(house: Any, settings: Any) -> Iterator[Issuer]:
    with services.running() as service:
        settings.SOCIALACCOUNT_PROVIDERS = service.settings()
        service.person = {"sub": "ada-of-the-state", "email": house.user("ada").email, "email_verified": True}
        yield service


def come_back(client: Any, issuer: Issuer) -> Any:
    """Through the service and back."""
    there = client.post(LOGIN)
    assert there.status_code == 302
    return client.get(CALLBACK, issuer.agree(there.url))


def arrived(client: Any) -> bool:
    """Was the service believed? The second factor is asked for, or has to be set up."""
    return client.get("/directory/").status_code == 200 or client.get("/account/2fa/authenticate/").status_code == 200


def accounts(house: Any) -> tuple[Any, ...]:
    counted = house.sql(
        "SELECT (SELECT count(*) FROM network_user), (SELECT count(*) FROM socialaccount_socialaccount)"
    )
    return tuple(counted[0])


def test_it_stands_for_the_password_and_the_code_is_asked_for_as_always(house: Any, issuer: Issuer) -> None:
    app = with_app(house, "ada")
    client = house.client()
    assert come_back(client, issuer).url == "/account/2fa/authenticate/"
    assert not is_in(client)
    assert give_code(client, app(time.time()))
    again = house.client()
    come_back(again, issuer)
    assert not is_in(again), "the second time neither"


def test_whoever_was_signed_out_by_time_signs_in_there_too(house: Any, issuer: Issuer) -> None:
    with_app(house, "ada")
    client = house.client("ada")
    house.sql("UPDATE access_session SET rests_until = now() - interval '1 minute'")
    come_back(client, issuer)
    assert arrived(client)


def test_whoever_has_no_second_factor_must_set_one_up(house: Any, issuer: Issuer) -> None:
    client = house.client()
    come_back(client, issuer)
    assert client.get("/directory/").url == "/account/2fa/"


def test_an_unknown_identity_gets_no_account(house: Any, issuer: Issuer) -> None:
    before = accounts(house)
    issuer.person = {"sub": "nobody", "email": "nobody@state.example", "email_verified": True}
    client = house.client()
    assert come_back(client, issuer).url == "/account/login/"
    assert not arrived(client)
    assert b"No open account here belongs to this identity" in client.get("/account/login/").content
    assert client.get("/account/3rdparty/signup/").status_code == 404
    assert accounts(house) == before


def test_a_closed_account_stays_closed_whether_met_before_or_not(house: Any, issuer: Issuer) -> None:
    with_app(house, "ada")
    come_back(house.client(), issuer)
    house.sql("UPDATE network_user SET is_active = false WHERE email = %s", [issuer.person["email"]])
    known, new = house.client(), house.client()
    assert come_back(known, issuer).url == "/account/login/"
    issuer.person["sub"] = "another number"
    assert come_back(new, issuer).url == "/account/login/"
    assert not arrived(known) and not arrived(new)


def test_an_address_given_to_someone_else_later_does_not_open_the_former_account(house: Any, issuer: Issuer) -> None:
    with_app(house, "ada")
    come_back(house.client(), issuer)
    issuer.person["sub"] = "the next one with this address"
    client = house.client()
    assert come_back(client, issuer).url == "/account/login/"
    assert not arrived(client)


def test_a_signed_in_account_takes_up_no_foreign_identity(house: Any, issuer: Issuer) -> None:
    client = house.client("zana")
    before = accounts(house)
    there = client.post(LOGIN + "?process=connect")
    client.get(CALLBACK, issuer.agree(there.url))
    assert accounts(house) == before


LIES: dict[str, dict[str, Any]] = {
    "another audience": {"aud": "another service"},
    "no audience": {"aud": None},
    "several audiences": {"aud": [services.CLIENT, "another"], "azp": "another"},
    "another issuer": {"iss": "https://elsewhere.example"},
    "no issuer": {"iss": None},
    "expired": {"exp": int(time.time()) - 60},
    "no end": {"exp": None},
    "from the future": {"iat": int(time.time()) + 3600},
    "another nonce": {"nonce": "of another attempt"},
    "no nonce": {"nonce": None},
    "nobody": {"sub": None},
    "an address not verified": {"email_verified": False},
    "an address perhaps verified": {"email_verified": "true"},
    "an address not said to be verified": {"email_verified": None},
    "an empty address": {"email": ""},
}


@pytest.mark.parametrize("lie", LIES)
def test_what_is_not_true_is_not_believed(house: Any, issuer: Issuer, lie: str) -> None:
    with_app(house, "ada")
    issuer.lies = LIES[lie]
    before = accounts(house)
    client = house.client()
    answer = come_back(client, issuer)
    assert answer.status_code in (401, 403, 200)
    assert not arrived(client)
    assert accounts(house) == before


def test_the_same_without_a_lie_is_believed(house: Any, issuer: Issuer) -> None:
    with_app(house, "ada")
    client = house.client()
    come_back(client, issuer)
    assert arrived(client)


@pytest.mark.parametrize("how", ["foreign key", "shared secret", "public key as secret", "unsigned"])
def test_a_signature_that_is_not_the_services_is_not_believed(house: Any, issuer: Issuer, how: str) -> None:
    with_app(house, "ada")
    public = issuer.key.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    kinds: dict[str, tuple[Any, str]] = {
        "foreign key": (rsa.generate_private_key(65537, 2048), "RS256"),
        "shared secret": (services.SECRET.encode() + b" made long enough for SHA-256", "HS256"),
        "public key as secret": (public, "HS256"),
        "unsigned": ("", "none"),
    }
    issuer.sign_with, issuer.algorithm = kinds[how]
    client = house.client()
    assert come_back(client, issuer).status_code in (401, 403, 200)
    assert not arrived(client)


def test_an_answer_is_used_once_and_only_by_the_browser_that_asked(house: Any, issuer: Issuer) -> None:
    with_app(house, "ada")
    asked, other = house.client(), house.client()
    back = issuer.agree(asked.post(LOGIN).url)
    other.get(CALLBACK, back)
    assert not arrived(other)
    asked.get(CALLBACK, back)
    assert arrived(asked)
    third = house.client()
    third.get(CALLBACK, back)
    assert not arrived(third)


def test_the_code_of_another_attempt_is_not_taken(house: Any, issuer: Issuer) -> None:
    """Whoever slips his own code into someone's answer fails at PKCE and at the nonce."""
    with_app(house, "ada")
    mine, hers = house.client(), house.client()
    stolen = issuer.agree(mine.post(LOGIN).url)["code"]
    state = issuer.agree(hers.post(LOGIN).url)["state"]
    hers.get(CALLBACK, {"code": stolen, "state": state})
    assert not arrived(hers)


def test_userinfo_about_another_person_is_not_believed(house: Any, issuer: Issuer) -> None:
    with_app(house, "ada")
    issuer.lies = {"email": None, "email_verified": None}
    client = house.client()
    come_back(client, issuer)
    assert arrived(client), "the address may come from there"
    issuer.userinfo = {"sub": "another"}
    other = house.client()
    come_back(other, issuer)
    assert not arrived(other)


def test_a_service_that_says_it_is_another_is_not_asked(house: Any, issuer: Issuer) -> None:
    issuer.said = {"issuer": "https://elsewhere.example"}
    assert house.client().post(LOGIN).status_code in (401, 403, 200)


def test_a_service_out_of_reach_is_an_error_in_words(house: Any, issuer: Issuer, settings: Any) -> None:
    broken = issuer.settings()
    broken["openid_connect"]["APPS"][0]["settings"]["server_url"] = "http://127.0.0.1:9"
    settings.SOCIALACCOUNT_PROVIDERS = broken
    answer = house.client().post(LOGIN)
    assert answer.status_code in (401, 403, 200)
    assert b"That sign-in did not work" in answer.content


def test_the_address_chooses_nothing_of_the_attempt(house: Any, issuer: Issuer) -> None:
    there = house.client().post(LOGIN + "?scope=phone&auth_params=nonce%3Dmine%26prompt%3Dnone&process=connect")
    asked = parse_qs(urlsplit(there.url).query)
    assert set(asked["scope"][0].split()) == {"openid", "profile", "email"}
    assert asked["nonce"] != ["mine"]
    assert asked["code_challenge_method"] == ["S256"]
    assert "prompt" not in asked


def test_nothing_of_the_identity_is_kept_but_its_number_and_address(house: Any, issuer: Issuer) -> None:
    issuer.person |= {"name": "Ada Borderson", "birthdate": "1980-01-01", "phone_number": "+355 1"}
    come_back(house.client(), issuer)
    ((kept,),) = house.sql("SELECT extra_data::text FROM socialaccount_socialaccount")
    assert "Borderson" not in kept and "1980" not in kept and "+355" not in kept
    assert house.sql("SELECT count(*) FROM socialaccount_socialtoken") == [(0,)]
