"""Every checker there is, one line each, in the order results are listed."""

from tools.validate import (
    actionlint,
    devops_yaml,
    json_syntax,
    shellcheck,
    shfmt,
    workflow_schema,
    yaml_syntax,
    zizmor,
)
from tools.validate.checker import Checker

CHECKERS: tuple[Checker, ...] = (
    yaml_syntax,
    json_syntax,
    devops_yaml,
    workflow_schema,
    actionlint,
    zizmor,
    shellcheck,
    shfmt,
)
