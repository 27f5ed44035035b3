"""Recognises the delivery material a repository already has: images, pipelines, manifests, infrastructure."""

import re
from functools import lru_cache

from tools.project import Existing
from tools.stacks.compose import is_compose
from tools.stacks.folders import is_fixture
from tools.stacks.image import is_dockerfile
from tools.stacks.tree import Tree, base, parent

MAX_MANIFESTS = 400
"""YAML files looked into for Kubernetes' `apiVersion`; a repository with more is made of them."""

# Files recognised by where they are and how they are called. First match wins.
_BY_PATH: list[tuple[str, re.Pattern[str]]] = [
    (kind, re.compile(pattern, re.IGNORECASE))
    for kind, pattern in [
        ("devops_yaml", r"^devops\.ya?ml$"),
        ("github_workflow", r"(^|/)\.github/workflows/[^/]+\.ya?ml$"),
        ("dependabot", r"(^|/)\.github/dependabot\.ya?ml$"),
        ("gitlab_ci", r"(^|/)\.gitlab-ci\.ya?ml$|^\.gitlab/ci/.+\.ya?ml$"),
        ("circleci", r"(^|/)\.circleci/config\.ya?ml$"),
        ("azure_pipelines", r"(^|/)\.?azure-pipelines?[^/]*\.ya?ml$|^\.azure-pipelines/.+\.ya?ml$"),
        ("bitbucket_pipelines", r"(^|/)bitbucket-pipelines\.ya?ml$"),
        ("travis", r"(^|/)\.travis\.ya?ml$"),
        ("appveyor", r"(^|/)\.?appveyor\.ya?ml$"),
        ("drone", r"(^|/)\.drone\.(ya?ml|star|jsonnet)$"),
        ("woodpecker", r"(^|/)\.woodpecker(\.ya?ml|/[^/]+\.ya?ml)$"),
        ("buildkite", r"(^|/)\.buildkite/[^/]+\.ya?ml$"),
        ("cloud_build", r"(^|/)cloudbuild[^/]*\.ya?ml$"),
        ("codebuild", r"(^|/)buildspec[^/]*\.ya?ml$"),
        ("jenkins", r"(^|/)(jenkinsfile[^/]*|[^/]+\.jenkinsfile)$"),
        ("dockerignore", r"(^|/)[^/]*\.dockerignore$"),
        ("devcontainer", r"(^|/)\.devcontainer(/.*)?(/|\.)?devcontainer\.json$"),
        ("helm", r"(^|/)chart\.yaml$"),
        ("helmfile", r"(^|/)helmfile(\.d/[^/]+)?\.ya?ml(\.gotmpl)?$"),
        ("kustomize", r"(^|/)kustomization(\.ya?ml)?$"),
        ("skaffold", r"(^|/)skaffold[^/]*\.ya?ml$"),
        ("tilt", r"(^|/)tiltfile$"),
        ("ansible", r"(^|/)(ansible\.cfg|playbook[^/]*\.ya?ml|site\.yml|roles/[^/]+/tasks/main\.ya?ml)$"),
        ("pulumi", r"(^|/)pulumi(\.[\w-]+)?\.ya?ml$"),
        ("cdk", r"(^|/)cdk\.json$"),
        ("serverless", r"(^|/)serverless\.(ya?ml|ts|js)$"),
        ("sam", r"(^|/)samconfig\.toml$"),
        ("packer", r"\.pkr\.(hcl|json)$"),
        ("nginx", r"(^|/)(nginx[^/]*\.conf(\.template|\.j2)?|nginx/(.+/)?[^/]+\.conf(\.template)?)$"),
        ("traefik", r"(^|/)traefik[^/]*\.(ya?ml|toml)$"),
        ("caddy", r"(^|/)caddyfile$"),
        ("vercel", r"(^|/)vercel\.json$"),
        ("netlify", r"(^|/)netlify\.toml$"),
        ("railway", r"(^|/)railway\.(json|toml)$"),
        ("render", r"(^|/)render\.ya?ml$"),
        ("fly", r"(^|/)fly(\.[\w-]+)?\.toml$"),
        ("heroku", r"(^|/)(procfile(\.[\w-]+)?|heroku\.ya?ml)$|^app\.json$"),
        ("digitalocean", r"(^|/)\.do/[^/]+\.ya?ml$"),
        ("cloudflare", r"(^|/)wrangler\.(toml|jsonc?)$"),
        ("firebase", r"(^|/)firebase\.json$"),
        ("elastic_beanstalk", r"(^|/)(\.ebextensions/[^/]+|dockerrun\.aws\.json)$"),
        ("ecs_task_definition", r"(^|/)[^/]*task[-_]?def(inition)?[^/]*\.json$"),
        ("prometheus", r"(^|/)prometheus[^/]*\.ya?ml(\.tmpl)?$"),
        ("alertmanager", r"(^|/)alertmanager[^/]*\.ya?ml$"),
        ("grafana", r"(^|/)grafana/(.+/)?[^/]+\.(json|ya?ml|ini)$"),
        ("loki", r"(^|/)(loki|promtail)[^/]*\.ya?ml$"),
        ("otel_collector", r"(^|/)otel(-collector|col)?[^/]*\.ya?ml$"),
        ("makefile", r"(^|/)(gnu)?makefile$"),
        ("taskfile", r"(^|/)taskfile\.(dist\.)?ya?ml$"),
        ("justfile", r"(^|/)\.?justfile$"),
        ("renovate", r"(^|/)(\.github/|\.gitlab/)?(renovate\.json5?|\.renovaterc(\.json)?)$"),
        ("pre_commit", r"(^|/)\.pre-commit-config\.ya?ml$"),
        ("systemd", r"\.service$"),
        ("vagrant", r"(^|/)vagrantfile$"),
        ("nix", r"(^|/)(flake|shell|default)\.nix$"),
    ]
]
# Most files of a repository are nothing of this: one look at the folder and one at the name tell.
_TELLING_FOLDER = re.compile(
    r"(^|/)(\.(github|gitlab|circleci|azure-pipelines|woodpecker|buildkite|devcontainer|do|ebextensions)|helmfile\.d|"
    r"roles|nginx|grafana)(/|$)"
)
_TELLING_NAME = re.compile(
    r"devops\.y|\.gitlab-ci|\.?azure-pipe|bitbucket-p|\.travis|\.?appveyor|\.drone|\.woodpecker|cloudbuild|buildspec|"
    r"jenkinsfile|.*(\.jenkinsfile|dockerignore|\.pkr\.\w+|\.service|task[-_]?def.*\.json)$|devcontainer|\.devcont|chart\.y|"
    r"helmfile|kustomization|skaffold|tiltfile|ansible|playbook|site\.yml|pulumi|cdk\.json|serverless|samconfig|nginx|"
    r"traefik|caddyfile|vercel|netlify|railway|render\.y|fly|procfile|heroku|app\.json|wrangler|firebase|dockerrun|"
    r"prometheus|alertmanager|loki|promtail|otel|(gnu)?makefile|taskfile|\.?justfile|renovate|\.renovaterc|\.pre-commit|"
    r"vagrantfile|(flake|shell|default)\.nix",
    re.IGNORECASE,
)
_SOURCE = (".py", ".ts", ".tsx", ".jsx", ".go", ".java", ".kt", ".rb", ".php", ".rs", ".md", ".css", ".html", ".svg")
_KUBERNETES = re.compile(
    rb"^apiVersion:\s*[\"']?(v1|apps/|batch/|networking\.k8s\.io|rbac\.authorization|autoscaling/|policy/|"
    rb"gateway\.networking|argoproj\.io|cert-manager|monitoring\.coreos|traefik\.|serving\.knative|external-secrets)",
    re.MULTILINE,
)
_KIND = re.compile(rb"^kind:\s*\w+", re.MULTILINE)
_APP_ENGINE = re.compile(rb"^runtime:\s*[\"']?(python|nodejs|go|java|php|ruby|custom)", re.MULTILINE)
_CLOUDFORMATION = re.compile(rb"AWSTemplateFormatVersion|Transform:\s*AWS::Serverless")


def find_existing(tree: Tree) -> list[Existing]:
    """The material in `tree`, sorted by kind and path. Terraform, Kubernetes and roles are one entry a folder."""
    found: set[tuple[str, str]] = set()
    charts = {parent(path) for path in tree.named("Chart.yaml", "Chart.yml")}
    looked = 0
    for path in tree.files:
        if is_fixture(path):
            continue
        kind = _kind_of(path)
        if kind is None and path.endswith((".yml", ".yaml")) and looked < MAX_MANIFESTS:
            if any(path.startswith(chart + "/") for chart in charts if chart != "."):
                continue  # a chart's templates are part of the chart
            looked += 1
            kind = kind_inside(path, tree.data(path) or b"")
        if kind is not None:
            found.add((kind, parent(path) if kind in {"terraform", "helm", "kubernetes", "ansible"} else path))
    return [Existing(kind=kind, path=path) for kind, path in sorted(found)]


def _kind_of(path: str) -> str | None:
    folder, _, name = path.rpartition("/")
    if name.endswith((".tf", ".tf.json", ".tofu")) or name == "terragrunt.hcl":
        return "terragrunt" if name == "terragrunt.hcl" else "terraform"
    if is_dockerfile(path):
        return "dockerfile"
    if is_compose(path):
        return "compose"
    if name.endswith(_SOURCE) and name != "serverless.ts":
        return None
    if not _TELLING_NAME.match(name) and not _is_telling(folder):
        return None
    return next((kind for kind, pattern in _BY_PATH if pattern.search(path)), None)


@lru_cache(maxsize=20_000)
def _is_telling(folder: str) -> bool:
    return _TELLING_FOLDER.search(folder) is not None


def kind_inside(path: str, content: bytes) -> str | None:
    """What only the content of a YAML file tells: manifests, and what a cloud calls by any name."""
    if _KUBERNETES.search(content) and _KIND.search(content):
        return "kubernetes"
    if base(path) in {"app.yaml", "app.yml"} and _APP_ENGINE.search(content):
        return "app_engine"
    return "cloudformation" if _CLOUDFORMATION.search(content) else None
