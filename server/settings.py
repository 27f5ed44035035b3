"""The server's settings: read once from flags, `ASTREINTE_*` variables and defaults, then frozen."""

from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from resources.catalogue import Language, _
from tools.guard.errors import ExpectedError


class SettingsError(ExpectedError):
    """A setting has a value it cannot have."""


class Settings(BaseSettings):
    """Everything that can be set from outside. Flags win over the environment."""

    model_config = SettingsConfigDict(env_prefix="ASTREINTE_", frozen=True, extra="ignore")

    workspace: Path | None = Field(default=None, description="Directory the agent works in.")
    repository: str | None = Field(
        default=None, description="Git address of which each caller gets a private checkout, instead of a directory."
    )
    revision: str = Field(default="HEAD", description="Branch, tag or whole commit of the repository.")
    checkouts: Path | None = Field(
        default=None,
        description="Private directory of checkouts, at the same path on every replica and worker. "
        "Default: ~/.cache/astreinte/checkouts.",
    )
    checkout_limit: int = Field(
        default=2_000_000_000,
        ge=1_000_000,
        description="Most bytes of one repository, and of what it holds at a commit.",
    )
    checkouts_limit: int = Field(
        default=20_000_000_000, ge=1_000_000, description="Bytes beyond which the checkouts unused for longest go."
    )
    checkout_days: float = Field(default=7.0, gt=0, description="Days after which an unused checkout goes.")
    git_protocols: list[Literal["https", "ssh", "file"]] = Field(
        default=["https", "ssh"], description="Protocols that git may speak, as a JSON list: https, ssh, file."
    )
    git_token_file: Path | None = Field(
        default=None, description="File with the token that git sends to the hosts of repositories over https."
    )
    language: Language = Field(default="fr", description="Language of everything people read: fr or en.")
    output_limit: int = Field(
        default=25_000,
        ge=1_000,
        le=1_000_000,
        description="Most characters one answer carries to the client.",
    )
    state: Path | None = Field(
        default=None,
        description="Private directory of journal, approvals and policy. Default: ~/.local/state/astreinte.",
    )
    database_url: SecretStr | None = Field(
        default=None,
        description="PostgreSQL that replicas and workers share. Default: SQLite in the state directory.",
    )
    secret_file: Path | None = Field(
        default=None, description="File with 32 random bytes or more, the same for every replica and worker."
    )
    artefacts: str | None = Field(
        default=None,
        description="Where plans, outputs, logs and saved states lie, encrypted: s3://bucket/prefix, or a directory "
        "that machines share. Default: the state directory, which no other machine sees.",
    )
    artefact_days: float = Field(default=30.0, gt=0, description="Days that they are kept; saved states stay.")
    call_timeout: float = Field(
        default=600.0,
        gt=0,
        description="Seconds after which a tool call is stopped, whatever the client does.",
    )
    heartbeat: float = Field(
        default=10.0, ge=0.2, le=60, description="Seconds between signs of life; after six a process counts as dead."
    )
    patience: float = Field(
        default=50.0, gt=0, description="Seconds after which a long call is answered with a run to follow."
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        default="WARNING", description="Logging threshold; logs go to standard error."
    )
    log_format: Literal["text", "json"] = Field(default="text", description="One line of text or of JSON per record.")
    team: Path | None = Field(
        default=None, description="team.toml: who may call over HTTP. Static tokens: `astreinte token`."
    )
    public_url: str | None = Field(
        default=None,
        pattern=r"^https?://[^/]+/mcp$",
        description="Address under which clients reach this server, for example https://devops.example.com/mcp.",
    )
    drain: float = Field(
        default=0.0,
        ge=0,
        le=300,
        description="Seconds between SIGTERM, when /readyz turns 503, and the end of listening.",
    )
    allowed_hosts: list[str] = Field(
        default_factory=list, description="Extra Host header values accepted over HTTP, as a JSON list."
    )
    allowed_origins: list[str] = Field(
        default_factory=list, description="Extra Origin header values accepted over HTTP, as a JSON list."
    )


def read_settings(**flags: object) -> Settings:
    """The settings, with the flags that were given laid over the environment.

    Raises:
        SettingsError: a value is not acceptable; the text names the setting.
    """
    given = {name: value for name, value in flags.items() if value is not None}
    try:
        return Settings.model_validate({**Settings().model_dump(), **given})
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        name = ".".join(str(part) for part in first["loc"])
        raise SettingsError(
            _("The setting {name} is not acceptable: {reason}.", name=name, reason=first["msg"]),
            _("See `astreinte serve --help` and the ASTREINTE_* variables."),
        ) from error
