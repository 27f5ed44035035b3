"""What git may be told to fetch: addresses and revisions that can be nothing else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from server.repositories import checkouts_of, repository_of
from server.settings import Settings, SettingsError
from tools.checkouts.repository import Repository
from tools.guard.state import State, default_directory


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://git.example.com/shop/infra.git", "infra"),
        ("https://git.example.com:8443/shop/infra/", "infra"),
        ("ssh://git@git.example.com/shop/infra.git", "infra"),
        ("file:///srv/git/shop.git", "shop"),
    ],
)
def test_an_ordinary_address_is_accepted(url: str, name: str) -> None:
    assert Repository(url=url).name == name


@pytest.mark.parametrize(
    "url",
    [
        "ext::sh -c touch% /tmp/x",
        "https://git.example.com/ext::sh",
        "--upload-pack=touch /tmp/x",
        "ssh://-oProxyCommand=touch/x",
        "ssh://git@-oProxyCommand=x/y",
        "https://git.example.com/-u",
        "https://git.example.com/a/../../b",
        "https://git.example.com/a?x=1",
        "https://git.example.com/a\n[core]",
        "https://alice:hunter2@git.example.com/a",
        "git://git.example.com/a",
        "http://git.example.com/a",
        "git@git.example.com:a",
        "/srv/git/shop.git",
        "file://host/srv/git",
        "file:///../etc",
        "fd::17",
        "",
    ],
)
def test_what_git_could_take_for_something_else_is_refused_without_the_password(url: str) -> None:
    with pytest.raises(ValidationError) as told:
        Repository(url=url)
    assert "hunter2" not in str(told.value.errors(include_input=False)[0]["msg"])


@pytest.mark.parametrize(
    "revision", ["-x", "--upload-pack=x", "a..b", "a@{1}", "a^", "a:b", "refs//x", "x.lock", "", "a b", "x/", ".x"]
)
def test_a_revision_is_a_plain_name(revision: str) -> None:
    with pytest.raises(ValidationError):
        Repository(url="https://git.example.com/a", revision=revision)


@given(st.text(max_size=60))
def test_no_text_that_is_accepted_begins_with_a_dash_or_names_a_helper(text: str) -> None:
    try:
        found = Repository(url=text)
    except ValidationError:
        return
    assert text.startswith(("https://", "ssh://", "file:///"))
    assert "::" not in found.url


def test_a_protocol_that_the_settings_do_not_name_is_refused() -> None:
    with pytest.raises(SettingsError, match="ASTREINTE_GIT_PROTOCOLS"):
        repository_of(Settings(), "file:///srv/git/shop.git", "HEAD")
    assert repository_of(Settings(git_protocols=["file"]), "file:///srv/git/shop.git", "HEAD").scheme == "file"


def test_checkouts_do_not_lie_where_commands_could_see_the_state() -> None:
    state = State.at(default_directory())
    with pytest.raises(SettingsError, match="state directory"):
        checkouts_of(Settings(checkouts=state.directory / "checkouts"), state)
