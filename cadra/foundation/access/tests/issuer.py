"""A small OpenID Connect service for tests: real HTTP, real RS256, and every lie it can be told to tell."""

import base64
import hashlib
import json
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

CLIENT = "cadra-test"
SECRET = "not a secret of anybody"


@dataclass
class Issuer:
    """The service. `lies`: claims that differ from the truth; None takes one away."""

    address: str = ""
    key: Any = field(default_factory=lambda: rsa.generate_private_key(65537, 2048))
    sign_with: Any = None
    algorithm: str = "RS256"
    person: dict[str, Any] = field(default_factory=dict)
    lies: dict[str, Any] = field(default_factory=dict)
    said: dict[str, Any] = field(default_factory=dict)
    userinfo: dict[str, Any] = field(default_factory=dict)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)

    def settings(self) -> dict[str, Any]:
        """SOCIALACCOUNT_PROVIDERS for this service."""
        app = {
            "provider_id": "state",
            "name": "the state",
            "client_id": CLIENT,
            "secret": SECRET,
            "settings": {"server_url": self.address},
        }
        return {"openid_connect": {"APPS": [app]}}

    def agree(self, address: str) -> dict[str, str]:
        """The person agrees at the authorization endpoint; returns what comes back to the callback."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        code = uuid.uuid4().hex
        self.codes[code] = asked
        return {"code": code, "state": asked["state"]}

    def token(self, asked: dict[str, str]) -> str:
        moment = int(time.time())
        claims = {
            "iss": self.address,
            "aud": CLIENT,
            "iat": moment,
            "exp": moment + 300,
            "nonce": asked["nonce"],
            "jti": uuid.uuid4().hex,
            **self.person,
            **self.lies,
        }
        claims = {name: value for name, value in claims.items() if value is not None}
        key = self.sign_with if self.sign_with is not None else self.key
        return jwt.encode(claims, key, algorithm=self.algorithm, headers={"kid": "one"})

    def answer(self, path: str, form: dict[str, str]) -> dict[str, Any] | None:
        if path == "/.well-known/openid-configuration":
            there = {"authorization_endpoint": "authorize", "token_endpoint": "token", "userinfo_endpoint": "userinfo"}
            config = {name: f"{self.address}/{page}" for name, page in there.items()}
            return {"issuer": self.address, "jwks_uri": f"{self.address}/keys", **config, **self.said}
        if path == "/keys":
            public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self.key.public_key()))
            return {"keys": [{**public, "kid": "one", "use": "sig", "alg": "RS256"}]}
        if path == "/userinfo":
            return {**self.person, **self.userinfo}
        asked = self.codes.pop(form.get("code", ""), None)
        if path != "/token" or asked is None or form.get("client_secret") != SECRET:
            return None
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        if base64.urlsafe_b64encode(digest).decode().rstrip("=") != asked.get("code_challenge"):
            return None
        return {"access_token": uuid.uuid4().hex, "token_type": "Bearer", "id_token": self.token(asked)}


@contextmanager
def running() -> Iterator[Issuer]:
    """An issuer on a free port of this machine."""
    issuer = Issuer()

    class Pages(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._send(issuer.answer(urlsplit(self.path).path, {}))

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
            form = {name: values[0] for name, values in parse_qs(body).items()}
            self._send(issuer.answer(urlsplit(self.path).path, form))

        def _send(self, content: dict[str, Any] | None) -> None:
            self.send_response(200 if content is not None else 400)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(json.dumps(content or {"error": "invalid"}).encode())

        def log_message(self, format: str, *args: Any) -> None:
            """Nothing: test output is for failures."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Pages)
    issuer.address = f"http://127.0.0.1:{server.server_port}"
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield issuer
    finally:
        server.shutdown()
        server.server_close()
