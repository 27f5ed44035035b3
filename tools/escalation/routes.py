"""`escalation.toml` in the state directory: where each recipient of the card hears of what they must decide."""

import tomllib
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, ValidationError

from resources.catalogue import _
from tools.delivery import Recipient
from tools.guard.errors import ExpectedError
from tools.model import Model

FILE_NAME = "escalation.toml"
Address = Annotated[str, Field(pattern=r"^https://|^http://(127\.0\.0\.1|localhost)(:\d+)?(/|$)")]


class RoutesError(ExpectedError):
    """`escalation.toml` cannot be understood."""


class FileRoute(Model):
    """One JSON object a line, appended to a file."""

    kind: Literal["file"]
    path: Path


class WebhookRoute(Model):
    """The whole escalation as JSON, posted with an Idempotency-Key."""

    kind: Literal["webhook"]
    url: Address
    token_file: Path | None = None


class SlackRoute(Model):
    """A message for Slack, Mattermost or Rocket.Chat; the address is itself the secret, so it stands in a file."""

    kind: Literal["slack"]
    url_file: Path


class PagerDutyRoute(Model):
    """An event of PagerDuty (Events API v2)."""

    kind: Literal["pagerduty"]
    routing_key_file: Path
    url: Address = "https://events.pagerduty.com/v2/enqueue"


class OpsgenieRoute(Model):
    """An alert of Opsgenie."""

    kind: Literal["opsgenie"]
    api_key_file: Path
    url: Address = "https://api.opsgenie.com/v2/alerts"


class GitHubRoute(Model):
    """An issue in a GitHub repository."""

    kind: Literal["github"]
    repository: Annotated[str, Field(pattern=r"^[\w.-]+/[\w.-]+$")]
    token_file: Path
    url: Address = "https://api.github.com"


class GitLabRoute(Model):
    """An issue in a GitLab project."""

    kind: Literal["gitlab"]
    project: Annotated[str, Field(pattern=r"^[\w./-]+$")]
    token_file: Path
    url: Address = "https://gitlab.com/api/v4"


Route = Annotated[
    FileRoute | WebhookRoute | SlackRoute | PagerDutyRoute | OpsgenieRoute | GitHubRoute | GitLabRoute,
    Field(discriminator="kind"),
]


class Routes(Model):
    """A whole file. Keys stand in files of their own, never here."""

    automatic: bool = Field(default=True, description="Send what a delivery or a plan escalates by itself.")
    securite: list[Route] = []
    chef_equipe: list[Route] = Field(default=[], alias="chef-equipe")
    architecte: list[Route] = []

    def to(self, recipient: Recipient) -> list[Route]:
        """Where `recipient` hears of it."""
        return {"securite": self.securite, "chef-equipe": self.chef_equipe, "architecte": self.architecte}[recipient]


def read_routes(directory: Path) -> Routes:
    """The routes of a state directory; none when there is no such file. Blocking.

    Raises:
        RoutesError: the file is not TOML, or names what does not exist.
    """
    path = directory / FILE_NAME
    try:
        return Routes.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        return Routes()
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise RoutesError(_("{path} cannot be read: {reason}.", path=path, reason=error)) from error
    except ValidationError as error:
        told = "; ".join(f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in error.errors())
        raise RoutesError(_("{path} is not acceptable: {reason}.", path=path, reason=told)) from error
