"""What the generator decides: the process, the context, what is kept, what a path may contain."""

import json
import shlex

from hypothesis import given
from hypothesis import strategies as st

from resources.dockerfile_words import copied, shell
from tools.brief import Brief, Context
from tools.containers.base_images import base
from tools.containers.dockerfile import dockerfile
from tools.containers.generate import containers
from tools.containers.process import process
from tools.pipelines import image
from tools.project import Component, Variable


def _brief(*components: Component) -> Brief:
    return Brief(service="shop", language="en", context=Context(components=list(components)))


def _text(component: Component) -> str:
    return dockerfile(component, _brief(component))[0][0].content


def test_a_process_starts_without_the_manager_that_put_its_environment_in_place() -> None:
    assert process("uv run uvicorn app:app --port 80").argv == ["uvicorn", "app:app", "--port", "80"]
    assert process("PHX_SERVER=true bin/shop start").env == {"PHX_SERVER": "true"}


def test_a_command_that_needs_a_shell_replaces_it() -> None:
    assert process('serve --port "$PORT"').argv == ["sh", "-c", 'exec serve --port "$PORT"']
    assert process("a && b").argv == ["sh", "-c", "a && b"]


@given(st.lists(st.from_regex(r"[\w./:=-]+", fullmatch=True), min_size=2))
def test_plain_words_reach_the_process_as_they_are(words: list[str]) -> None:
    command = shlex.join(["serve", *words])
    assert process(command).argv == ["serve", *words]


@given(st.text(min_size=1))
def test_a_command_stays_within_its_instruction(command: str) -> None:
    laid = shell(command)
    assert "\n" not in laid
    assert laid == command or json.loads(laid) == ["sh", "-c", command]


@given(st.text(st.characters(exclude_characters="/\0"), min_size=1))
def test_a_path_stays_within_its_instruction(name: str) -> None:
    assert not {"\n", "\r"} & set(copied([f"a/{name}", "./"]))


def test_a_version_that_is_no_number_gives_the_current_image() -> None:
    assert base("node", "lts/*") == base("node")
    assert base("node", "20").startswith("node:20-")


def test_a_go_program_is_built_from_the_folder_of_its_module() -> None:
    component = Component(
        path="cmd/api", name="api", language="go", kind="service", port=8080, build_command="go build -o bin/api .",
        start_command="./bin/api", evidence={"language": "go.mod:1"},
    )  # fmt: skip
    assert image.context(component) == "."
    text = _text(component)
    assert "COPY go.mod go.sum* ./" in text
    assert "WORKDIR /src/cmd/api" in text


def test_an_image_with_a_migration_has_a_shell() -> None:
    plain = Component(path=".", language="go", kind="service", port=8080, start_command="./bin/app")
    assert "distroless" in _text(plain)
    migrated = plain.model_copy(update={"migrate_command": "goose -dir migrations up"})
    text = _text(migrated)
    assert "distroless/static" not in text
    assert "COPY migrations/ /app/migrations/" in text


def test_a_dockerfile_that_is_there_is_kept_unless_asked() -> None:
    component = Component(path=".", language="python", kind="service", dockerfile="Dockerfile", start_command="x")
    kept = containers(_brief(component))
    assert "Dockerfile" not in {each.path for each in kept.files}
    assert kept.risks
    assert "Dockerfile" in {each.path for each in containers(_brief(component), overwrite=True).files}


def test_components_with_one_context_keep_their_own_ignore_files() -> None:
    one, two = (
        Component(path=f"apps/{name}", name=name, language="node", kind="service", package_manager="pnpm",
                  lock_file="pnpm-lock.yaml", start_command="node index.js")
        for name in ("a", "b")
    )  # fmt: skip
    paths = {each.path for each in containers(_brief(one, two)).files}
    assert {"apps/a/Dockerfile.dockerignore", "apps/b/Dockerfile.dockerignore"} <= paths


def test_an_unknown_start_is_asked_for() -> None:
    component = Component(path=".", language="python", kind="service", port=80)
    delivery = containers(_brief(component))
    assert "start_command" in {each.field for each in delivery.questions}
    assert delivery.status == "waiting"


def test_a_registry_token_is_mounted_and_in_no_layer() -> None:
    token = Variable(name="NPM_TOKEN", secret=True)
    component = Component(path=".", language="node", kind="service", port=80, package_manager="npm",
                          lock_file="package-lock.json", start_command="node a.js", variables=[token])  # fmt: skip
    text = _text(component)
    assert "--mount=type=secret,id=NPM_TOKEN" in text
    assert not [line for line in text.splitlines() if line.startswith(("ARG NPM", "ENV NPM_TOKEN"))]
    assert "--secret id=NPM_TOKEN,env=NPM_TOKEN" in containers(_brief(component)).commands[0].run


def test_a_rails_application_with_a_bundler_finds_node_where_its_assets_are_built() -> None:
    shop = Component(
        name="shop",
        path=".",
        kind="service",
        language="ruby",
        framework="rails",
        build_command="bin/rails assets:precompile",
        start_command="bin/rails server",
        evidence={"build_command": "package.json:1"},
    )
    build, _stage, run = _text(shop).partition(" AS runtime")
    assert f"COPY --from={base('node-build')} /usr/local/bin/ /usr/local/bin/" in build
    assert "node" not in run
    bare = shop.model_copy(update={"evidence": {"build_command": "Gemfile:3"}})
    assert "node" not in _text(bare)


def test_what_cargo_builds_at_the_root_of_its_workspace_stays_out_of_the_context() -> None:
    api = Component(name="api", path="crates/api", kind="service", language="rust", lock_file="Cargo.lock")
    ignored = dockerfile(api, _brief(api))[0][1].content.splitlines()
    assert {"target", "crates/api/target"} <= set(ignored)
