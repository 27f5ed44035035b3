"""Every checker there is, one line each, in the order results are listed."""

from tools.validate import (
    actionlint,
    check_jsonschema,
    devops_yaml,
    json_syntax,
    shellcheck,
    shfmt,
    yaml_syntax,
    zizmor,
)
from tools.validate.checker import Checker

CHECKERS: tuple[Checker, ...] = (
    yaml_syntax,
    json_syntax,
    devops_yaml,
    check_jsonschema,
    actionlint,
    zizmor,
    shellcheck,
    shfmt,
)
