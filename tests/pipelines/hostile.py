"""Briefs that somebody wrote with bad intentions, for every platform."""

from typing import Any

from hypothesis import strategies as st

from tools.pipelines.deployment import TARGETS
from tools.pipelines.setup.registry import SETUPS

hostile = st.one_of(
    st.text(max_size=30),
    st.sampled_from(
        ["${{ secrets.GITHUB_TOKEN }}", "$CI_JOB_TOKEN", "${CI_JOB_TOKEN}", "$[[ inputs.x ]]", "!reference [.x, script]", "a: b", "- x", "'", '"', "# c", "\n  evil: true", "!!python/object", "*a", "&a",
         "$(id)", "`id`", "|", ">", "{a: b}", "[a]", "@x", "%y", "é\u2028x", "yes", "null", "1e3", "0x1f", "a" * 300]
    ),
)  # fmt: skip
optional = st.none() | hostile
FIELDS: dict[str, st.SearchStrategy[Any]] = {
    "path": st.sampled_from([".", "api", "services/web"]),
    "name": optional,
    "kind": st.sampled_from(["service", "worker", "static", "library", "cli", None]),
    "language": st.sampled_from([*SETUPS, "cobol", None]),
    "language_version": optional,
    "tested_versions": st.lists(hostile, max_size=3),
    "package_manager": st.sampled_from(["pip", "uv", "poetry", "pdm", "pipenv", "npm", "yarn", "pnpm", "bun", None]),
    "lock_file": optional,
    "install_command": optional,
    "lint_command": optional,
    "test_command": optional,
    "build_command": optional,
    "migrate_command": optional,
    "health_path": optional,
    "dockerfile": optional,
    "port": st.sampled_from([None, 8080]),
    "needs": st.lists(st.sampled_from(["postgres", "redis", "s3", "mongodb"]), unique=True),
}
components: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(FIELDS)


def _path(component: Any) -> str:
    return str(component["path"])


briefs = st.fixed_dictionaries(
    {
        "service": st.just("shop"),
        "language": st.sampled_from(["fr", "en"]),
        "context": st.fixed_dictionaries(
            {
                "components": st.lists(components, min_size=1, max_size=3, unique_by=_path),
                "platform": st.fixed_dictionaries(
                    {"target": st.sampled_from([None, *TARGETS]), "region": optional, "cluster": optional}
                ),
                "registry": st.sampled_from(
                    [None, "ghcr.io/acme", "registry.example.org/a", "a.dkr.ecr.eu-west-3.amazonaws.com/b"]
                ),
                "default_branch": st.sampled_from(["main", "release/v2"]),
            }
        ),
    }
)
