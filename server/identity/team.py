"""`team.toml`: the identity provider, what its roles mean here, and what each member is given."""

import tomllib
from pathlib import Path

from pydantic import Field, ValidationError

from resources.catalogue import _
from server.identity.certificates import Certificates
from server.identity.principal import CALLS_PER_MINUTE, Role
from server.settings import SettingsError
from tools.model import Model

FILE_NAME = "team.toml"


class SignIn(Model):
    """The client that the console is at the provider, so that people sign in there."""

    client_id: str = Field(min_length=1, max_length=200)
    client_secret_file: Path | None = Field(default=None, description="Without it the console is a public client.")
    scopes: list[str] = Field(
        default=["openid", "profile"], description="What is asked for; openid gives the identity."
    )

    def secret(self) -> str | None:
        """The client's secret, read anew each time: it may be rotated. Blocking, and short."""
        return self.client_secret_file.read_text(encoding="utf-8").strip() if self.client_secret_file else None


class OAuth(Model):
    """An OAuth 2.1 authorization server whose tokens are accepted."""

    issuer: str = Field(pattern=r"^https://|^http://(127\.0\.0\.1|localhost|\[::1\])[:/]", description="Its `iss`.")
    audience: str = Field(
        pattern=r"^https?://", description="This server's own address, as the tokens name it (`aud`)."
    )
    jwks: str = Field(description="Address of its keys, or a file that holds them.")
    role_claims: list[str] = Field(default=["roles", "groups", "scope"], description="Where roles stand in a token.")
    name_claim: str = Field(default="sub", description="Who the token speaks for.")
    algorithms: list[str] = Field(default=["RS256", "ES256", "EdDSA"], description="Signatures that are accepted.")
    sign_in: SignIn | None = Field(default=None, description="Lets people sign in to the console there.")


class Member(Model):
    """What one principal is given on top of the defaults."""

    role: Role | None = None
    workspace: Path | None = Field(default=None, description="Their own directory instead of the server's.")
    repository: str | None = Field(default=None, description="Or a git address: their own private checkout.")
    revision: str = Field(default="HEAD", description="Its branch, tag or whole commit.")
    calls_per_minute: int | None = Field(default=None, ge=1)


class Team(Model):
    """A whole file. Without `oauth` only static tokens are accepted."""

    oauth: OAuth | None = None
    certificates: Certificates | None = Field(default=None, description="Client certificates that a proxy checked.")
    roles: dict[str, Role] = Field(default={}, description="A role, group or scope of the provider to a role here.")
    members: dict[str, Member] = Field(default={}, description="By the principal's name.")
    calls_per_minute: int = Field(default=CALLS_PER_MINUTE, ge=1)
    four_eyes: bool = Field(default=True, description="Nobody approves what they asked for themselves.")


def read_team(path: Path) -> Team:
    """The team in `path`; nobody when there is no such file.

    Raises:
        SettingsError: the file is not valid TOML, or has a field or value that does not exist.
    """
    try:
        return Team.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        return Team()
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsError(_("{path} cannot be read: {reason}.", path=path, reason=error)) from error
    except ValidationError as error:
        told = "; ".join(f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in error.errors())
        raise SettingsError(_("{path} is not acceptable: {reason}.", path=path, reason=told)) from error
