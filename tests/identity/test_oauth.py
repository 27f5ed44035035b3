"""Tokens of an identity provider: accepted when everything in them is right, refused and remembered otherwise."""

import base64
import json
import time
from collections.abc import Callable
from pathlib import Path

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from server.settings import Settings
from tests.identity.http_server import serving
from tests.identity.provider import ISSUER, Provider
from tools.guard.journal import Journal
from tools.guard.state import State, default_directory


@pytest.fixture(scope="module")
def provider(tmp_path_factory: pytest.TempPathFactory) -> Provider:
    return Provider(tmp_path_factory.mktemp("provider"))


@pytest.fixture
def settings(tmp_path: Path, provider: Provider) -> Settings:
    workspace = tmp_path / "shop"
    workspace.mkdir()
    (workspace / "a.txt").write_text("hello\n")
    return Settings(workspace=workspace, team=provider.team(tmp_path), language="en")


def _b64(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


def _unsigned(provider: Provider) -> str:
    body = provider.token().split(".")[1]
    return f"{_b64({'alg': 'none', 'typ': 'JWT'})}.{body}."


def _public_key_as_secret(provider: Provider) -> str:
    """The classic confusion: the public key, which everybody has, used as the secret of an HMAC."""
    pem = provider.key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    header, body = _b64({"alg": "HS256", "typ": "JWT", "kid": "k1"}), provider.token().split(".")[1]
    signer = jwt.algorithms.HMACAlgorithm(jwt.algorithms.HMACAlgorithm.SHA256)
    signature = signer.sign(f"{header}.{body}".encode(), pem)
    return f"{header}.{body}.{base64.urlsafe_b64encode(signature).decode().rstrip('=')}"


def _own_key_in_header(provider: Provider) -> str:
    """A token that brings the key it is to be verified with."""
    foreign = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    public = jwt.algorithms.RSAAlgorithm.to_jwk(foreign.public_key(), as_dict=True)
    return provider.token(key=foreign, headers={"jwk": public})


def _tampered(provider: Provider) -> str:
    header, body, signature = provider.token(groups=["readers"]).split(".")
    claims = json.loads(base64.urlsafe_b64decode(body + "=="))
    return f"{header}.{_b64({**claims, 'groups': ['root']})}.{signature}"


FORGED: dict[str, Callable[[Provider], str]] = {
    "another issuer": lambda p: p.token(iss="https://evil.example.com/"),
    "another audience": lambda p: p.token(aud="https://other.example.com/mcp"),
    "no audience": lambda p: p.token(aud=None),
    "expired": lambda p: p.token(exp=int(time.time()) - 120),
    "no expiry": lambda p: p.token(exp=None),
    "not yet valid": lambda p: p.token(nbf=int(time.time()) + 600),
    "no subject": lambda p: p.token(sub=None),
    "no role": lambda p: p.token(groups=["guests"]),
    "role of nobody": lambda p: p.token(groups=None),
    "unsigned": _unsigned,
    "public key as secret": _public_key_as_secret,
    "its own key": _own_key_in_header,
    "unknown key": lambda p: p.token(headers={"kid": "k9"}),
    "tampered": _tampered,
    "not a token": lambda _p: "astreinte_nothing",
    "rubbish": lambda _p: "a.b.c",
    "endless": lambda p: p.token(filler="x" * 20_000),
}


@pytest.mark.parametrize("forge", FORGED.values(), ids=FORGED)
async def test_a_token_that_is_not_right_in_everything_is_refused_and_remembered(
    settings: Settings, provider: Provider, forge: Callable[[Provider], str]
) -> None:
    async with serving(settings) as anybody:
        answer = await anybody.holding(forge(provider)).post("tools/list")
    assert answer.status_code == 401
    assert "resource_metadata" in answer.headers["www-authenticate"]
    refused = [each for each in Journal(State.at(default_directory())).records() if each.body.get("decision") == "deny"]
    assert len(refused) == 1


async def test_a_right_token_reaches_the_tools_of_its_role(settings: Settings, provider: Provider) -> None:
    async with serving(settings) as anybody:
        reader = await anybody.holding(provider.token(groups=["readers"])).tools()
        operator = await anybody.holding(provider.token()).tools()
    assert {"read", "inspect_project"} <= reader
    assert not reader & {"write", "bash", "apply_terraform", "build_image"}
    assert {"write", "bash", "apply_terraform"} <= operator


async def test_the_highest_of_several_roles_counts(settings: Settings, provider: Provider) -> None:
    async with serving(settings) as anybody:
        tools = await anybody.holding(provider.token(groups=["readers", "ops"])).tools()
    assert "bash" in tools


async def test_a_scope_gives_a_role_as_a_group_does(settings: Settings, provider: Provider) -> None:
    async with serving(settings) as anybody:
        tools = await anybody.holding(provider.token(groups=None, scope="openid ops")).tools()
    assert "bash" in tools


async def test_the_journal_names_the_subject_of_the_token(settings: Settings, provider: Provider) -> None:
    async with serving(settings) as anybody:
        await anybody.holding(provider.token(sub="bob")).call("bash", command="rm -rf /")
    whos = {
        each.body.get("who", "") for each in Journal(State.at(default_directory())).records() if each.kind == "opened"
    }
    assert any(who.startswith("bob via ") for who in whos)


async def test_a_key_that_the_provider_turned_over_is_found(settings: Settings, tmp_path: Path) -> None:
    provider = Provider(tmp_path)
    own = settings.model_copy(update={"team": provider.team(tmp_path)})
    provider.publish("k2")
    async with serving(own) as anybody:
        new = await anybody.holding(provider.token(headers={"kid": "k2"})).post("tools/list")
        old = await anybody.holding(provider.token()).post("tools/list")
    assert (new.status_code, old.status_code) == (200, 401)


async def test_without_the_providers_keys_nobody_gets_in(settings: Settings, tmp_path: Path) -> None:
    provider = Provider(tmp_path)
    own = settings.model_copy(update={"team": provider.team(tmp_path)})
    provider.keys.unlink()
    async with serving(own) as anybody:
        answer = await anybody.holding(provider.token()).post("tools/list")
    assert answer.status_code == 401


async def test_the_metadata_names_the_identity_provider(settings: Settings) -> None:
    async with serving(settings) as anybody:
        answer = await anybody.http.get("/.well-known/oauth-protected-resource/mcp")
    assert ISSUER in answer.json()["authorization_servers"]
