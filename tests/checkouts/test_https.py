"""A forge over TLS with a token: fetched and pushed with it, and the token goes nowhere else."""

import base64
from dataclasses import replace
from pathlib import Path

import pytest

from server.repositories import checkouts_of
from server.settings import Settings
from tests.checkouts.https_git import serving_git
from tests.checkouts.origin import Origin, git
from tools.checkouts.git import GitError
from tools.checkouts.repository import Repository
from tools.guard.state import State

TOKEN = "not-a-real-one-7d1f"


async def test_a_token_is_sent_to_its_host_alone_and_a_redirect_is_not_followed(
    settings: Settings, origin: Origin, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tools.checkouts.mirror.FRESH", 0.0)
    secret = tmp_path / "token"
    other = tmp_path / "other"
    other.mkdir()
    secret.write_text(TOKEN + "\n")
    assert settings.state
    checkouts = checkouts_of(settings.model_copy(update={"git_token_file": secret}), State.at(settings.state))
    sent = base64.b64encode(f"x-access-token:{TOKEN}".encode()).decode()
    with (
        serving_git(origin.bare.parent, tmp_path, token=sent) as forge,
        serving_git(origin.bare.parent, other) as elsewhere,
    ):
        monkeypatch.delenv("GIT_SSL_CAINFO", raising=False)
        with pytest.raises(GitError, match=r"certificate|verification"):
            await checkouts.open(Repository(url=forge.url), "alice")
        both = tmp_path / "both.pem"
        both.write_text(forge.certificate.read_text() + elsewhere.certificate.read_text())
        monkeypatch.setenv("GIT_SSL_CAINFO", str(both))
        found = await checkouts.open(Repository(url=forge.url), "alice")
        assert (found.root / "README.md").exists()
        assert TOKEN not in git(found.root, "config", "--list")
        assert set(forge.seen) == {f"Basic {sent}"}
        with pytest.raises(GitError) as told:  # wrong, and nobody is asked for another
            await replace(checkouts, token="wrong").open(Repository(url=forge.url, revision="x"), "bob")
        assert TOKEN not in str(told.value)
        forge.moved = f"https://127.0.0.1:{elsewhere.port}"
        with pytest.raises(GitError):
            await checkouts.open(Repository(url=forge.url), "alice")
        assert elsewhere.seen == []
