"""An identity provider of the tests: its keys in a file, and tokens as it would sign them."""

import json
import time
from pathlib import Path
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

ISSUER = "https://login.example.com/"
AUDIENCE = "https://devops.example.com/mcp"


class Provider:
    """One RSA key, named `k1`."""

    def __init__(self, folder: Path) -> None:
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.keys = folder / "jwks.json"
        self.publish("k1")

    def public(self, name: str) -> dict[str, Any]:
        found = jwt.algorithms.RSAAlgorithm.to_jwk(self.key.public_key(), as_dict=True)
        return {**found, "kid": name, "use": "sig", "alg": "RS256"}

    def publish(self, name: str) -> None:
        self.keys.write_text(json.dumps({"keys": [self.public(name)]}))

    def team(self, folder: Path, extra: str = "") -> Path:
        path = folder / "team.toml"
        path.write_text(
            f'[oauth]\nissuer = "{ISSUER}"\naudience = "{AUDIENCE}"\njwks = "{self.keys}"\n'
            f'[roles]\nreaders = "viewer"\nops = "operator"\nboard = "approver"\nroot = "admin"\n{extra}'
        )
        return path

    def token(self, *, key: Any = None, headers: dict[str, Any] | None = None, **claims: Any) -> str:
        body = {"iss": ISSUER, "aud": AUDIENCE, "sub": "alice", "exp": int(time.time()) + 600, "groups": ["ops"]}
        held = {name: value for name, value in {**body, **claims}.items() if value is not None}
        return jwt.encode(held, key or self.key, "RS256", {"kid": "k1", **(headers or {})})
