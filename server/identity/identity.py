"""Everything that HTTP needs to know callers: the team, the verifier, and what the SDK is told of both."""

from collections.abc import Mapping
from dataclasses import dataclass

from mcp.server.auth.settings import AuthSettings
from pydantic import AnyHttpUrl

from resources.catalogue import _
from server.identity.refusals import Refusals
from server.identity.static_tokens import StaticTokens
from server.identity.team import Team, read_team
from server.identity.verifier import Verifier
from server.repositories import repository_of
from server.settings import Settings, SettingsError
from tools.checkouts.repository import Repository
from tools.guard.journal import Journal
from tools.guard.workspace import Workspace


@dataclass(frozen=True)
class Identity:
    """How callers are known."""

    team: Team
    verifier: Verifier
    auth: AuthSettings
    refusals: Refusals
    workspaces: Mapping[str, Workspace]
    repositories: Mapping[str, Repository]


def read_identity(settings: Settings, journal: Journal, address: str) -> Identity | None:
    """The identity of these settings; None where neither a team nor a token was set up.

    `address` is where the server listens, for clients that are told nothing else.

    Raises:
        SettingsError: the team file, a member's workspace or the public address is not acceptable.
    """
    tokens = StaticTokens(journal.state)
    if settings.team is None and not tokens.all():
        return None
    if settings.team is not None and not settings.team.is_file():
        raise SettingsError(_("There is no team file at {path}.", path=settings.team))
    team = read_team(settings.team) if settings.team else Team()
    resource = settings.public_url or (team.oauth.audience if team.oauth else address)
    refusals = Refusals(journal)
    issuer = team.oauth.issuer if team.oauth else resource.removesuffix("/mcp")
    auth = AuthSettings(
        issuer_url=AnyHttpUrl(issuer), resource_server_url=AnyHttpUrl(resource), validate_token_resource=True
    )
    workspaces = {
        name: Workspace.at(member.workspace) for name, member in team.members.items() if member.workspace is not None
    }
    repositories = {
        name: repository_of(settings, member.repository, member.revision)
        for name, member in team.members.items()
        if member.repository is not None
    }
    return Identity(team, Verifier(team, tokens, refusals, resource), auth, refusals, workspaces, repositories)
