"""Options that the command lines of all clouds have in common: whose identity they use, and what they read from files."""

import re

from resources.catalogue import _
from tools.guard.decision import Reason
from tools.shell.call import Call
from tools.shell.words import Argument

_FILES = re.compile(r"(?:^|=)(?:fileb?|https?)://(?P<path>.*)")
_STEERING = {
    "--endpoint-url", "--no-verify-ssl", "--cli-input-json", "--cli-input-yaml", "--ca-bundle", "--impersonate-service-account",
    "--access-token-file", "--account", "--no-sign-request", "--cli-auto-prompt", "--debug", "--log-http", "--flags-file",
    "--configuration",
}  # fmt: skip
_SHORTEST = len("--ca")


def steers(text: str) -> bool:
    """Whether an option, or what argparse takes for its beginning, changes who acts and where."""
    name = text.partition("=")[0]
    return len(name) >= _SHORTEST and any(each.startswith(name) for each in _STEERING)


def common(call: Call, texts: list[str]) -> list[Reason]:
    """Reasons that hold for any operation of any cloud."""
    reasons: list[Reason] = []
    for before, argument in zip(("", *texts), call.arguments, strict=False):
        if before != "--queue-url" and (match := _FILES.search(argument.text)):
            reasons += call.read_paths([Argument(match["path"], argument.start, argument.end)])
            reasons += call.changes("cloud.file_argument", _("An argument is read from a file or an address."))
    if any(map(steers, texts)):
        reasons += call.changes(
            "cloud.identity", _("It acts as somebody else, through another address, or shows what it sends.")
        )
    return reasons
