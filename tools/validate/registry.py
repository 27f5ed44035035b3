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
    gixy,
    hadolint,
    json_syntax,
    kubectl_kustomize,
    kubernetes_validate,
    nft,
    platform_schema,
    promtool,
    secrets,
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
    platform_schema,
    actionlint,
    zizmor,
    secrets,
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
    gixy,
    nft,
    terraform_fmt,
    checkov,
)
# What starts first, so that no long run is left over for the end.
LONGEST_FIRST = (checkov.NAME, promtool.NAME, kubernetes_validate.NAME, actionlint.NAME, check_jsonschema.NAME)
