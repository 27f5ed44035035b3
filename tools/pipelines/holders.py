"""Where a pipeline's variables are kept: the words of GitHub and of GitLab for the same two places."""

from resources.catalogue import _
from tools.brief import Brief


def holder(brief: Brief, environment: str | None) -> str:
    """The place that holds a variable, as the person finds it: of one environment, or of the whole repository."""
    if brief.context.pipeline == "gitlab_ci":
        return _("GitLab environment {name}", name=environment) if environment else _("GitLab project")
    return _("GitHub environment {name}", name=environment) if environment else _("GitHub repository")


def reference(brief: Brief, name: str) -> str:
    """How a file of the pipeline names the variable `name`."""
    return f"${{{name}}}" if brief.context.pipeline == "gitlab_ci" else f"${{{{ vars.{name} }}}}"
