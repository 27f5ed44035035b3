"""An identity provider that people sign in at: discovery, authorization and tokens, on loopback, at once."""

import hashlib
import json
import secrets
import threading
import time
from base64 import b64decode, urlsafe_b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

CLIENT = "astreinte-console"
SECRET = "not-guessable-0451"


class OpenIDProvider:
    """Signs everybody in as `alice`. What it says may be bent: `claims` are laid over the identity's own."""

    def __init__(self) -> None:
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.address = ""
        self.codes: dict[str, dict[str, str]] = {}
        self.claims: dict[str, Any] = {}
        self.discovery: dict[str, Any] = {}

    @property
    def issuer(self) -> str:
        return self.address

    def get(self, path: str, query: dict[str, str]) -> tuple[int, str, str]:
        """Status, body, and where the browser goes."""
        if path == "/.well-known/openid-configuration":
            found = {
                "issuer": self.issuer,
                "authorization_endpoint": f"{self.address}/authorize",
                "token_endpoint": f"{self.address}/token",
            }
            return 200, json.dumps({**found, **self.discovery}), ""
        if path == "/keys":
            found = jwt.algorithms.RSAAlgorithm.to_jwk(self.key.public_key(), as_dict=True)
            return 200, json.dumps({"keys": [{**found, "kid": "k1", "use": "sig", "alg": "RS256"}]}), ""
        if path == "/authorize" and query["client_id"] == CLIENT and query["code_challenge_method"] == "S256":
            code = secrets.token_urlsafe(8)
            self.codes[code] = query
            back = urlencode({"code": code, "state": query["state"], "iss": self.issuer})
            return 302, "", f"{query['redirect_uri']}?{back}"
        return 404, "", ""

    def post(self, authorization: str, form: dict[str, str]) -> tuple[int, str]:
        """The token endpoint."""
        user, _colon, word = b64decode(authorization.removeprefix("Basic ")).decode().partition(":")
        asked = self.codes.pop(form.get("code", ""), None)  # each works once
        challenge = urlsafe_b64encode(hashlib.sha256(form.get("code_verifier", "").encode()).digest()).rstrip(b"=")
        good = asked and challenge.decode() == asked["code_challenge"] and form["redirect_uri"] == asked["redirect_uri"]
        if not good or asked is None or (user, word) != (CLIENT, SECRET):
            return 400, json.dumps({"error": "invalid_grant"})
        body = {
            "iss": self.issuer, "aud": CLIENT, "sub": "alice", "exp": int(time.time()) + 300,
            "nonce": asked["nonce"], "groups": ["board"], **self.claims,
        }  # fmt: skip
        return 200, json.dumps({"id_token": jwt.encode(body, self.key, "RS256", {"kid": "k1"}), "token_type": "Bearer"})


@contextmanager
def openid_provider() -> Iterator[OpenIDProvider]:
    """One that listens, as `localhost`: another site than 127.0.0.1 for a browser."""
    provider = OpenIDProvider()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            status, body, where = provider.get(parts.path, {n: v[0] for n, v in parse_qs(parts.query).items()})
            self._answer(status, body, where)

        def do_POST(self) -> None:
            form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
            status, body = provider.post(self.headers.get("Authorization", ""), {n: v[0] for n, v in form.items()})
            self._answer(status, body, "")

        def _answer(self, status: int, body: str, where: str) -> None:
            self.send_response(status)
            if where:
                self.send_header("Location", where)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, *_arguments: object) -> None:
            """Nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        provider.address = f"http://localhost:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        try:
            yield provider
        finally:
            server.shutdown()
            thread.join(5)
