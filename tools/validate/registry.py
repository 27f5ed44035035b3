"""Every checker there is, one line each, in the order results are listed."""

from tools.validate import (
    actionlint,
    amtool,
    check_jsonschema,
    checkov,
    compose_lint,
    devops_yaml,
    docker_compose,
    docker_stack,
    hadolint,
    json_syntax,
    kubectl_kustomize,
    kubernetes_validate,
    promtool,
    shellcheck,
    shfmt,
    terraform_fmt,
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
    hadolint,
    compose_lint,
    docker_compose,
    docker_stack,
    kubectl_kustomize,
    kubernetes_validate,
    promtool,
    amtool,
    terraform_fmt,
    checkov,
)
