"""Expected failures: each says what happened and what to do next, and reaches the client as a tool error.

Anything else that is raised is a bug: it propagates, and the client learns only that the tool crashed.
"""

from mcp.server.mcpserver.exceptions import ToolError


class ExpectedError(ToolError):
    """A failure that a person or a model can act on.

    `happened` and `next_step` are whole sentences, already in the reader's language.
    """

    def __init__(self, happened: str, next_step: str = "") -> None:
        self.happened = happened
        self.next_step = next_step
        super().__init__(f"{happened} {next_step}".strip())


class WorkspaceError(ExpectedError):
    """A path is outside the workspace, or there is no workspace."""


class NotFoundError(ExpectedError):
    """A file, folder or record that was named does not exist."""


class UnreadableFileError(ExpectedError):
    """A file exists but cannot be read as what it should be (binary, too large, not permitted)."""


class BriefError(ExpectedError):
    """`devops.yaml` or the arguments laid over it are wrong; the text names line and allowed values."""


class UnsupportedError(ExpectedError):
    """What was asked is not something this tool can make from this brief."""


class ProgramMissingError(ExpectedError):
    """A program this action needs is not installed."""


class ProcessTimeoutError(ExpectedError):
    """A program ran past its limit and was ended together with its children."""
