"""The image jobs: built in a merge request, built and pushed from the default branch; then only its digest travels."""

from resources.catalogue import _
from tools.brief import Brief
from tools.containers.base_images import base
from tools.pipelines import image as shared
from tools.pipelines import registries
from tools.pipelines.gitlab.clouds import SignIn
from tools.pipelines.gitlab.job import Artifacts, Image, Job, Need, Rule, Script, Service
from tools.pipelines.gitlab.registry_login import login, repository
from tools.pipelines.targets.place import workload
from tools.project import Component

BUILDER = (
    # The service needs a moment until it listens.
    "docker buildx create --name rootless --driver remote --use tcp://buildkit:1234\n"
    "attempt=0\n"
    "until docker buildx inspect --bootstrap rootless; do\n"
    "  attempt=$((attempt + 1))\n"
    '  test "${attempt}" -lt 30\n'
    "  sleep 2\n"
    "done\n"
)
BUILD = 'docker buildx build "${BUILD_CONTEXT}" --file "${DOCKERFILE}" --pull \\\n'


def client() -> Image:
    """The Docker client alone, on Alpine."""
    return Image(base("docker-cli"), bare=True)


def packages(*names: str) -> Script:
    """The line that installs Alpine packages; none for no packages."""
    wanted = " ".join(dict.fromkeys(names))
    return [f"apk add --no-cache {wanted}"] if wanted else []


def image_jobs(brief: Brief, component: Component, proved: list[Job], *, kept: str | None = None) -> list[Job]:
    """The two jobs; only the one of the default branch holds credentials. What a merge request builds is thrown
    away unless it is `kept` under this tag.
    """
    packs = shared.packs(component)
    needs = [Need(each.name, artifacts=packs and each.name == "build") for each in proved]
    data = {"BUILD_CONTEXT": shared.context(component), "DOCKERFILE": shared.dockerfile(component)}
    name = repository(brief, workload(brief, component))
    tokens = "".join(f"  --secret id={each},env={each} \\\n" for each in shared.build_tokens(component))
    own = registries.registry_of(brief).kind == "gitlab"
    cached = '  --cache-from "type=registry,ref=${REPOSITORY}:buildcache" \\\n'
    reads = login(brief) if own else SignIn()
    result = "  --output type=cacheonly\n" if kept is None else f'  --tag "${{REPOSITORY}}:{kept}" --push\n'
    tried = Job(
        name="image-check",
        stage="image",
        image=client(),
        comment=_("In a merge request the image is built and thrown away: its Dockerfile is proved too.")
        if kept is None
        else _("In a merge request the image is built for its review app: its Dockerfile is proved too."),
        services=[buildkit()],
        services_comment=_why(),
        needs=needs,
        rules=[Rule("$CI_MERGE_REQUEST_IID")],
        variables={"REPOSITORY": name} if own else {},
        data=data,
        before=[*packages(*reads.packages), *reads.script],
        script=[BUILDER, BUILD + tokens + (cached if own else "") + result],
        timeout="30 minutes",
    )
    return [tried, _pushed(brief, needs, data, name, tokens + cached)]


def _pushed(brief: Brief, needs: list[Need], data: dict[str, str], name: str, options: str) -> Job:
    signed = login(brief)
    labels = {
        "title": "${CI_PROJECT_TITLE}",
        "source": "${CI_PROJECT_URL}",
        "revision": "${CI_COMMIT_SHA}",
        "version": "sha-${CI_COMMIT_SHA}",
        "created": "${CI_COMMIT_TIMESTAMP}",
    }
    described = "".join(f'  --label "org.opencontainers.image.{key}={value}" \\\n' for key, value in labels.items())
    build = (
        BUILD
        + '  --tag "${REPOSITORY}:sha-${CI_COMMIT_SHA}" \\\n'
        + described
        + options
        + '  --cache-to "type=registry,ref=${REPOSITORY}:buildcache,mode=max,image-manifest=true" \\\n'
        + "  --provenance mode=max --sbom true --metadata-file metadata.json --push\n"
    )
    digest = (
        'digest="$(sed -n \'s/.*"containerimage.digest": *"\\(sha256:[0-9a-f]*\\)".*/\\1/p\' metadata.json)"\n'
        'test -n "${digest}"\n'
        "{\n"
        "  printf 'REPOSITORY=%s\\n' \"${REPOSITORY}\"\n"
        "  printf 'DIGEST=%s\\n' \"${digest}\"\n"
        '  printf \'IMAGE=%s@%s\\n\' "${REPOSITORY}" "${digest}"\n'
        "} > image.env\n"
        "cat image.env\n"
    )
    return Job(
        name="image-build",
        stage="image",
        image=client(),
        comment=_("Built and pushed once, with its provenance and its list of parts; this digest is what is deployed."),
        services=[buildkit()],
        services_comment=_why(),
        needs=needs,
        rules=[Rule(f'$CI_COMMIT_BRANCH == "{brief.context.default_branch}"')],
        tokens=signed.tokens,
        variables={"REPOSITORY": name, **signed.variables},
        data=data,
        before=[*packages(*signed.packages), *signed.script],
        script=[BUILDER, build, digest],
        artifacts=Artifacts(dotenv="image.env", expire_in="90 days"),
        timeout="30 minutes",
    )


def buildkit() -> Service:
    """The builder, without privileges, beside the job: the job's credentials stay with its client."""
    command = ("--addr", "tcp://0.0.0.0:1234", "--oci-worker-no-process-sandbox")
    return Service(base("buildkit-rootless"), "buildkit", 1234, command=command)


def _why() -> str:
    return "\n".join(
        (
            _("BuildKit without root: no privileged container, as docker:dind would need; kaniko is archived."),
            _("A runner of your own must let it make user namespaces (seccomp, AppArmor: unconfined for services)."),
        )
    )
