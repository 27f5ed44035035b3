"""Decides what writing a path means: ordinary (restorable: allowed), run by others (ask), the guard's own (deny)."""

import re
from fnmatch import fnmatchcase

from resources.catalogue import _
from tools.guard.decision import Reason

# Lower-case shell-style patterns of whole paths; `**/` also stands for no folder at all.
GUARD_OWNED = ("policy.toml", ".astreinte/**", "**/.git/**", "**/.git", "**/.hg/**", "**/.svn/**", "**/.jj/**")
AGENT_LIMITS = (
    "**/.mcp.json", "**/mcp.json", "**/.claude/**", "**/.cursor/**", "**/.codex/**", "**/.gemini/**",
    "**/opencode.json*", "**/claude.md", "**/agents.md", "**/gemini.md", "**/.cursorrules", "**/.windsurf*",
    "**/copilot-instructions.md", "devops.yaml", "devops.yml",
    "**/.secrets.baseline.yaml",
)  # fmt: skip
PIPELINES = (
    "**/.github/**", "**/.gitlab-ci*.y*ml", "**/.gitlab/**", "**/.circleci/**", "**/jenkinsfile*",
    "**/azure-pipelines*.y*ml", "**/bitbucket-pipelines.y*ml", "**/.drone.y*ml", "**/.woodpecker/**",
    "**/.woodpecker.y*ml", "**/.buildkite/**", "**/cloudbuild.y*ml", "**/buildspec*.y*ml", "**/.travis.y*ml",
    "**/appveyor.y*ml", "**/.forgejo/**", "**/.gitea/**", "**/codeowners", "**/renovate.json*", "**/.tekton/**",
    "**/.argo/**",
)  # fmt: skip
INFRASTRUCTURE = (
    "**/*.tf", "**/*.tf.json", "**/*.tfvars", "**/*.tfvars.json", "**/*.tofu", "**/*.hcl", "**/.terraform*",
    "**/*.tfstate*", "**/dockerfile*", "**/*.dockerfile", "**/containerfile*", "**/*compose*.y*ml",
    "**/docker-stack*.y*ml", "**/k8s/**", "**/kubernetes/**", "**/manifests/**", "**/helm/**", "**/charts/**",
    "**/kustomization.y*ml", "**/argocd/**", "**/flux*/**", "**/deploy/**", "**/deployment/**", "**/skaffold.y*ml",
    "**/helmfile*.y*ml", "**/serverless.y*ml", "**/vercel.json", "**/netlify.toml", "**/railway.*", "**/render.y*ml",
    "**/fly*.toml", "**/procfile", "**/app.y*ml", "**/nginx*.conf", "**/nginx/**", "**/traefik*.*", "**/caddyfile",
    "**/haproxy*.cfg", "**/ansible.cfg", "**/playbooks/**", "**/roles/**", "**/pulumi*.y*ml", "**/cdk.json",
    "**/vagrantfile", "**/*.service", "**/crontab*",
)  # fmt: skip
RUN_BY_OTHERS = (
    "**/makefile*", "**/*.mk", "**/gnumakefile", "**/justfile", "**/.justfile", "**/taskfile*.y*ml", "**/rakefile",
    "**/package.json", "**/.npmrc", "**/.yarnrc*", "**/.pnpmfile.*", "**/pnpm-workspace.yaml", "**/bunfig.toml",
    "**/setup.py", "**/setup.cfg", "**/pyproject.toml", "**/conftest.py", "**/sitecustomize.py",
    "**/usercustomize.py", "**/*.pth", "**/tox.ini", "**/noxfile.py", "**/pip.conf", "**/.pypirc", "**/build.rs",
    "**/.cargo/**", "**/build.gradle*", "**/settings.gradle*", "**/gradle*.properties", "**/gradlew*", "**/mvnw*",
    "**/.mvn/**", "**/pom.xml", "**/gemfile", "**/composer.json", "**/cmakelists.txt", "**/workspace",
    "**/build.bazel", "**/.bazelrc", "**/.envrc", "**/.env", "**/.env.*", "**/*.env", "**/.tool-versions",
    "**/mise.toml", "**/.mise.toml", "**/.vscode/**", "**/.idea/**", "**/.devcontainer/**", "**/*.code-workspace",
    "**/.husky/**", "**/.githooks/**", "**/.pre-commit-config.y*ml", "**/lefthook*.y*ml", "**/.lefthook/**",
    "**/.gitattributes", "**/.gitmodules", "**/.gitconfig", "**/.bashrc", "**/.bash_profile", "**/.profile",
    "**/.zshrc", "**/.ssh/**", "**/.aws/**", "**/.kube/**", "**/.docker/**", "**/.netrc",
)  # fmt: skip
_INVISIBLE = re.compile(r"[\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]")
_GIT_ALIASES = re.compile(r"\.git|git~\d", re.IGNORECASE)


def judge_path(path: str) -> Reason:
    """The rule that speaks on writing `path` (relative, resolved, with `/`)."""
    lowered = path.lower()
    if _is_guard_owned(lowered):
        message = _("{path} belongs to git or to the guard itself; no tool may write it.", path=path)
        return Reason(rule="files.guard_owned", verdict="deny", message=message)
    if any(ord(char) < 0x20 or ord(char) == 0x7F for char in path):
        message = _("The path {path} contains control characters.", path=repr(path))
        return Reason(rule="files.control_characters", verdict="deny", message=message)
    for rule, patterns, message in (
        ("files.agent_limits", AGENT_LIMITS, _("{path} sets what agents may do or what is production.", path=path)),
        ("files.pipeline", PIPELINES, _("{path} is run by the pipeline, with its secrets.", path=path)),
        ("files.infrastructure", INFRASTRUCTURE, _("{path} decides what is deployed or how.", path=path)),
        (
            "files.run_by_tools",
            RUN_BY_OTHERS,
            _("{path} is run by people's tools without a further question.", path=path),
        ),
    ):
        if _any(patterns, lowered):
            return Reason(rule=rule, verdict="ask", message=message)
    message = _("{path} is an ordinary file; its previous version is kept.", path=path)
    return Reason(rule="files.ordinary", verdict="allow", message=message)


def _is_guard_owned(lowered: str) -> bool:
    # File systems that ignore case, trailing dots or invisible characters would open `.git` under these names too.
    parts = [_INVISIBLE.sub("", part).rstrip(". ") for part in lowered.split("/")]
    return any(_GIT_ALIASES.fullmatch(part) for part in parts) or _any(GUARD_OWNED, lowered)


def _any(patterns: tuple[str, ...], path: str) -> bool:
    return any(
        fnmatchcase(path, pattern) or (pattern.startswith("**/") and fnmatchcase(path, pattern[3:]))
        for pattern in patterns
    )
