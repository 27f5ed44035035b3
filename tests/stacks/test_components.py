"""What becomes a component, and the commands it gets: small replicas of the shapes real repositories have."""

from pathlib import Path

import pytest

from resources.catalogue import speaking
from tools.project import Component, Project
from tools.stacks.detect import inspect

FLASK = "from flask import Flask\n\napp = Flask(__name__)\n"
FASTAPI = "from fastapi import FastAPI\n\napp = FastAPI()\n"
MANAGE = 'import os\n\nos.environ.setdefault("DJANGO_SETTINGS_MODULE", "site1.settings")\n'


async def read(root: Path, files: dict[str, str]) -> Project:
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    with speaking("en"):
        return await inspect(root)


async def only(root: Path, files: dict[str, str]) -> Component:
    (component,) = (await read(root, files)).components
    return component


async def paths(root: Path, files: dict[str, str]) -> list[str]:
    return [component.path for component in (await read(root, files)).components]


async def test_examples_and_tests_are_not_components_of_a_real_project(tmp_path: Path) -> None:
    files = {
        "pyproject.toml": '[project]\nname = "lib"\n[build-system]\nrequires = []\n',
        "lib/__init__.py": "",
        "examples/web/requirements.txt": "flask\n",
        "examples/web/app.py": FLASK,
        "tests/fixtures/site/package.json": '{"name": "x", "dependencies": {"next": "15"}}',
        "docs/requirements.txt": "sphinx\n",
        "docs/conf.py": "",
        "lib-e2e/package.json": '{"name": "e2e", "private": true, "scripts": {"start": "node a.js"}}',
    }
    assert await paths(tmp_path, files) == ["."]


async def test_examples_count_when_there_is_nothing_else(tmp_path: Path) -> None:
    files = {"examples/web/requirements.txt": "flask\n", "examples/web/app.py": FLASK}
    assert await paths(tmp_path, files) == ["examples/web"]


async def test_a_toolchain_beside_django_is_not_a_deployable(tmp_path: Path) -> None:
    files = {
        "requirements.txt": "django\n",
        "manage.py": MANAGE,
        "package.json": '{"devDependencies": {"webpack": "5"}, "scripts": {"dev": "webpack serve", "build": "webpack"}}',
        "theme/static_src/package.json": '{"private": true, "scripts": {"build": "postcss a"}, "devDependencies": {"postcss": "8"}}',
    }
    component = await only(tmp_path, files)
    assert (component.path, component.framework) == (".", "django")


async def test_what_runs_stands_before_what_is_only_built_in_one_folder(tmp_path: Path) -> None:
    files = {
        "package.json": package('"devDependencies": {"vite": "6"}, "scripts": {"build": "vite build"}'),
        "index.html": "",
        "requirements.txt": "flask\n",
        "app.py": FLASK,
    }
    project = await read(tmp_path, files)
    assert [each.language for each in project.components] == ["python"]
    assert project.warnings == [". holds both a python and a node project; only the first is described."]


async def test_a_service_that_reads_port_listens_where_its_sample_says(tmp_path: Path) -> None:
    files = {
        "package.json": package('"dependencies": {"express": "4"}, "scripts": {"start": "node a.js"}'),
        "a.js": "app.listen(process.env.PORT)",
        ".env.example": "# where\nPORT=7070\n",
    }
    assert (await only(tmp_path, files)).port == 7070


async def test_a_port_that_the_platform_gives_is_asked_for_and_not_guessed(tmp_path: Path) -> None:
    procfile = "release: flask db upgrade\nweb: gunicorn app:app -b 0.0.0.0:$PORT\n"
    project = await read(tmp_path, {"requirements.txt": "flask\ngunicorn\n", "app.py": FLASK, "Procfile": procfile})
    (component,) = project.components
    assert (component.port, component.migrate_command) == (None, "flask db upgrade")
    assert "port" in {question.field for question in project.questions}


async def test_small_services_each_in_a_folder_are_all_found(tmp_path: Path) -> None:
    files = {
        "src/mail/requirements.txt": "grpcio\n",
        "src/mail/server.py": "import grpc\n\nserver = grpc.server(None)\nif __name__ == '__main__':\n    pass\n",
        "src/mail/Dockerfile": 'FROM python:3.13-slim\nEXPOSE 8080\nENTRYPOINT ["python", "server.py"]\n',
        "src/pay/package.json": '{"name": "pay", "main": "index.js", "dependencies": {"@grpc/grpc-js": "1"}}',
        "src/pay/index.js": "server.bindAsync(`[::]:${process.env.PORT}`)",
        "src/pay/Dockerfile": 'FROM node:22-alpine\nEXPOSE 50051\nENTRYPOINT ["node", "index.js"]\n',
    }
    found = {each.name: each for each in (await read(tmp_path, files)).components}
    assert found["mail"].start_command == "python server.py"
    assert (found["mail"].port, found["mail"].language_version) == (8080, "3.13")
    assert found["pay"].start_command == "node index.js"
    assert (found["pay"].port, found["pay"].kind, found["pay"].test_command) == (50051, "service", None)


async def test_two_folders_of_one_name_are_told_apart(tmp_path: Path) -> None:
    files = {f"{name}/backend/{file}": text for name in ("a", "b") for file, text in
             {"requirements.txt": "flask\n", "app.py": FLASK}.items()}  # fmt: skip
    assert [each.name for each in (await read(tmp_path, files)).components] == ["a-backend", "b-backend"]


@pytest.mark.parametrize(
    ("files", "start", "port"),
    [
        ({"requirements.txt": "fastapi\nuvicorn\n", "main.py": FASTAPI}, "uvicorn main:app --host 0.0.0.0 --port 8000", 8000),
        (
            {"requirements.txt": "fastapi\nuvicorn\n", "src/main.py": FASTAPI},
            "uvicorn main:app --app-dir src --host 0.0.0.0 --port 8000",
            8000,
        ),
        (
            {"requirements.txt": "fastapi\nuvicorn\n", "src/__init__.py": "", "src/main.py": "from src import x\n" + FASTAPI},
            "uvicorn src.main:app --host 0.0.0.0 --port 8000",
            8000,
        ),
        (
            {"requirements.txt": "fastapi\nuvicorn\n", "api/main.py": "import routes\n" + FASTAPI, "api/routes.py": ""},
            "uvicorn main:app --app-dir api --host 0.0.0.0 --port 8000",
            8000,
        ),
        (
            {"requirements.txt": "flask\n", "app.py": FLASK + "if __name__ == '__main__':\n    app.run(port=8080)\n"},
            "python app.py",
            8080,
        ),
        (
            {"requirements.txt": "flask\n", "shop/__init__.py": "from flask import Flask\ndef create_app():\n    return Flask(__name__)\n"},
            "flask --app shop:create_app run --host 0.0.0.0 --port 5000",
            5000,
        ),
        ({"requirements.txt": "flask\ngunicorn\n", "wsgi.py": FLASK}, "gunicorn wsgi:app --bind 0.0.0.0:5000", 5000),
        (
            {"requirements.txt": "django\ngunicorn\n", "web/manage.py": MANAGE, "web/site1/wsgi.py": "application = 1\n"},
            "gunicorn --chdir web site1.wsgi:application --bind 0.0.0.0:8000",
            8000,
        ),
        (
            {"requirements.txt": "streamlit\n", "app.py": "import streamlit as st\n"},
            "streamlit run app.py --server.port 8501 --server.address 0.0.0.0",
            8501,
        ),
        ({"requirements.txt": "flask\n", "app.py": FLASK, "Procfile": "web: gunicorn app:app -b :9000\n"}, "gunicorn app:app -b :9000", 9000),
    ],
)  # fmt: skip
async def test_a_python_service_is_started_from_where_its_application_is(
    tmp_path: Path, files: dict[str, str], start: str, port: int
) -> None:
    component = await only(tmp_path, files)
    assert component.kind == "service"
    assert (component.start_command, component.port) == (start, port)


@pytest.mark.parametrize(
    ("files", "install"),
    [
        ({"requirements.txt": "flask\n"}, "pip install -r requirements.txt"),
        ({"requirements.txt": "flask\n", "requirements-dev.txt": "-r requirements.txt\npytest\n"}, "pip install -r requirements-dev.txt"),
        ({"requirements.txt": "flask\n", "requirements-dev.txt": "pytest\n"}, "pip install -r requirements.txt -r requirements-dev.txt"),
        ({"requirements/base.txt": "flask\n", "requirements/test.txt": "-r base.txt\npytest\n", "requirements/prod.txt": "-r base.txt\n"},
         "pip install -r requirements/test.txt"),
        ({"pyproject.toml": '[project]\nname = "a"\n[build-system]\nrequires = []\n[project.optional-dependencies]\ntest = ["pytest"]\n'},
         "pip install -e '.[test]'"),
        ({"pyproject.toml": '[project]\nname = "a"\n[dependency-groups]\ndev = ["pytest"]\n', "uv.lock": ""}, "uv sync --locked"),
        ({"pyproject.toml": '[tool.poetry]\nname = "a"\n', "poetry.lock": ""}, "poetry install --no-interaction --no-root"),
        ({"pyproject.toml": '[tool.poetry]\nname = "a"\n', "a/__init__.py": "", "poetry.lock": ""}, "poetry install --no-interaction"),
        ({"pyproject.toml": '[project]\nname = "a"\n[tool.pdm]\n', "pdm.lock": ""}, "pdm sync"),
        ({"Pipfile": '[packages]\nflask = "*"\n', "Pipfile.lock": "{}"}, "pipenv install --dev --deploy"),
        ({"setup.py": "from setuptools import setup\nsetup(name='a', extras_require={'dev': ['pytest']})\n"}, "pip install -e '.[dev]'"),
    ],
)  # fmt: skip
async def test_a_python_project_is_installed_as_its_manager_wants(
    tmp_path: Path, files: dict[str, str], install: str
) -> None:
    component = await only(tmp_path, {"main.py": "", **files})
    assert component.install_command == install


_NPM = (
    '{"name": "a", "private": true, "scripts": {"start": "node a.js", "test": "jest"}, "dependencies": {"express": "4"}'
)


@pytest.mark.parametrize(
    ("files", "install", "test"),
    [
        ({"package.json": _NPM + "}"}, "npm install", "npm test"),
        ({"package.json": _NPM + "}", "package-lock.json": "{}"}, "npm ci", "npm test"),
        ({"package.json": _NPM + "}", "pnpm-lock.yaml": "x: 1"}, "pnpm install --frozen-lockfile", "pnpm test"),
        ({"package.json": _NPM + "}", "yarn.lock": "# yarn lockfile v1\n"}, "yarn install --frozen-lockfile", "yarn test"),
        ({"package.json": _NPM + "}", "yarn.lock": "__metadata:\n  version: 8\n"}, "yarn install --immutable", "yarn test"),
        ({"package.json": _NPM + ', "packageManager": "yarn@4.5.0"}', "yarn.lock": ""}, "yarn install --immutable", "yarn test"),
        ({"package.json": _NPM + "}", "bun.lockb": ""}, "bun install --frozen-lockfile", "bun run test"),
        ({"package.json": _NPM + ', "packageManager": "pnpm@9.1.0"}', "package-lock.json": "{}", "pnpm-lock.yaml": ""},
         "pnpm install --frozen-lockfile", "pnpm test"),
    ],
)  # fmt: skip
async def test_a_node_project_is_installed_as_its_manager_wants(
    tmp_path: Path, files: dict[str, str], install: str, test: str
) -> None:
    component = await only(tmp_path, files)
    assert (component.install_command, component.test_command) == (install, test)


def package(body: str) -> str:
    return '{"name": "a", "private": true, ' + body + "}"


@pytest.mark.parametrize(
    ("files", "framework", "kind", "start", "port", "output"),
    [
        ({"package.json": package('"dependencies": {"next": "15"}'), "next.config.js": "module.exports = {output: 'export'}"},
         "next", "static", None, None, "out"),
        ({"package.json": package('"dependencies": {"next": "12"}, "scripts": {"build": "next build", "export": "next export"}')},
         "next", "service", "npx next start", 3000, None),
        ({"package.json": package('"dependencies": {"next": "15"}')}, "next", "service", "npx next start", 3000, None),
        ({"package.json": package('"dependencies": {"nuxt": "3"}, "scripts": {"dev": "nuxt dev"}')},
         "nuxt", "service", "node .output/server/index.mjs", 3000, None),
        ({"package.json": package('"devDependencies": {"@sveltejs/kit": "2", "@sveltejs/adapter-static": "3", "vite": "5"}')},
         "sveltekit", "static", None, None, "build"),
        ({"package.json": package('"devDependencies": {"@sveltejs/kit": "2", "@sveltejs/adapter-auto": "3", "vite": "5"}')},
         "sveltekit", "service", None, 3000, None),
        ({"package.json": package('"dependencies": {"astro": "5", "@astrojs/node": "9"}')},
         "astro", "service", "node ./dist/server/entry.mjs", 4321, None),
        ({"package.json": package('"dependencies": {"react-scripts": "5"}, "scripts": {"start": "react-scripts start"}')},
         "create-react-app", "static", None, None, "build"),
        ({"package.json": package('"dependencies": {"@angular/core": "19"}, "scripts": {"start": "ng serve", "test": "ng test"}'),
          "angular.json": '{"projects": {"shop": {"projectType": "application", "architect": {"build": '
                          '{"builder": "@angular-devkit/build-angular:application", "options": {"outputPath": "dist/shop"}}}}}}'},
         "angular", "static", None, None, "dist/shop/browser"),
        ({"package.json": package('"dependencies": {"koa": "2"}, "main": "server.js"'), "server.js": "app.listen(5050)"},
         "koa", "service", "node server.js", 5050, None),
        ({"package.json": package('"dependencies": {"hono": "4", "@hono/node-server": "1"}, "scripts": {"start": "node d.js"}'),
          "src/index.ts": "serve({ fetch: app.fetch, port: 8787 })"}, "hono", "service", "npm start", 8787, None),
        ({"package.json": package('"dependencies": {"fastify": "5"}, "scripts": {"start": "node s.js"}'),
          "s.js": "app.listen({ host: '0.0.0.0', port: 4100 })"}, "fastify", "service", "npm start", 4100, None),
        ({"package.json": package('"dependencies": {"discord.js": "14"}, "main": "bot.js"'), "bot.js": ""},
         "discord.js", "worker", "node bot.js", None, None),
    ],
)  # fmt: skip
async def test_a_javascript_framework_decides_what_runs(
    tmp_path: Path,
    files: dict[str, str],
    framework: str,
    kind: str,
    start: str | None,
    port: int | None,
    output: str | None,
) -> None:
    found = await only(tmp_path, files)
    assert (found.framework, found.kind, found.start_command, found.port, found.output_directory) == (
        framework, kind, start, port, output,
    )  # fmt: skip


async def test_a_server_that_reads_port_obeys_its_dockerfile(tmp_path: Path) -> None:
    files = {
        "package.json": package('"dependencies": {"express": "4"}, "scripts": {"start": "node a.js"}'),
        "a.js": "app.listen(process.env.PORT || 4000)",
        "Dockerfile": "FROM node:20 AS dev\nCMD sleep infinity\nFROM node:20\nENV PORT 80\nEXPOSE 80\n",
    }
    found = await only(tmp_path, files)
    assert (found.port, found.evidence["port"]) == (80, "Dockerfile:4")


async def test_published_packages_of_a_workspace_are_libraries_and_private_ones_are_none(tmp_path: Path) -> None:
    files = {
        "package.json": '{"private": true, "workspaces": ["packages/*"], "scripts": {"test": "vitest run"}}',
        "package-lock.json": "{}",
        "packages/core/package.json": '{"name": "@x/core", "version": "1.0.0", "main": "index.js"}',
        "packages/cli/package.json": '{"name": "@x/cli", "version": "1.0.0", "bin": {"x": "cli.js"}}',
        "packages/config/package.json": '{"name": "@x/config", "private": true}',
    }
    found = {each.name: (each.kind, each.test_command) for each in (await read(tmp_path, files)).components}
    assert found == {
        "cli": ("cli", "npm --prefix ../.. run test"),
        "core": ("library", "npm --prefix ../.. run test"),
    }


async def test_applications_of_an_nx_repository_are_found_without_a_package_of_their_own(tmp_path: Path) -> None:
    files = {
        "package.json": '{"private": true, "dependencies": {"express": "4", "pg": "8"}, "devDependencies": {"nx": "20"}}',
        "package-lock.json": "{}",
        "nx.json": "{}",
        "apps/api/project.json": '{"name": "api", "projectType": "application", "targets": {"build": {}, "test": {}}}',
        "apps/api/src/main.ts": "import express from 'express';\nimport { Pool } from 'pg';\napp.listen(3333);\n",
        "apps/api-e2e/project.json": '{"name": "api-e2e", "projectType": "application"}',
        "libs/data/project.json": '{"name": "data", "projectType": "library"}',
    }
    found = await only(tmp_path, files)
    assert (found.path, found.framework, found.port, found.needs) == ("apps/api", "express", 3333, ["postgres"])
    assert found.build_command == "npx nx build api"


async def test_what_the_repository_does_not_say_is_null_and_asked_for(tmp_path: Path) -> None:
    project = await read(tmp_path, {"requirements.txt": "flask\n", "app.py": FLASK})
    (component,) = project.components
    assert component.language_version is None
    assert component.test_command is None
    assert {question.field for question in project.questions} == {"language_version", "test_command"}


async def test_delivery_material_is_recognised_by_name_and_by_content(tmp_path: Path) -> None:
    files = {
        "Dockerfile": "FROM scratch\n",
        "docker/api.Dockerfile": "FROM scratch\n",
        "compose.prod.yaml": "services: {}\n",
        ".github/workflows/ci.yml": "on: push\n",
        ".gitlab-ci.yml": "a: 1\n",
        "Jenkinsfile": "",
        "chart/Chart.yaml": "apiVersion: v2\n",
        "chart/templates/deployment.yaml": "apiVersion: apps/v1\nkind: Deployment\n",
        "k8s/base/kustomization.yaml": "resources: []\n",
        "k8s/base/deployment.yaml": "apiVersion: apps/v1\nkind: Deployment\n",
        "infra/main.tf": "",
        "infra/vars.tf": "",
        "deploy/nginx.conf": "",
        "vercel.json": "{}",
        "railway.toml": "",
        "render.yaml": "",
        "docs/openapi.yaml": "openapi: 3.1.0\n",
    }
    existing = {(each.kind, each.path) for each in (await read(tmp_path, files)).existing}
    assert existing == {
        ("dockerfile", "Dockerfile"),
        ("dockerfile", "docker/api.Dockerfile"),
        ("compose", "compose.prod.yaml"),
        ("github_workflow", ".github/workflows/ci.yml"),
        ("gitlab_ci", ".gitlab-ci.yml"),
        ("jenkins", "Jenkinsfile"),
        ("helm", "chart"),
        ("kustomize", "k8s/base/kustomization.yaml"),
        ("kubernetes", "k8s/base"),
        ("terraform", "infra"),
        ("nginx", "deploy/nginx.conf"),
        ("vercel", "vercel.json"),
        ("railway", "railway.toml"),
        ("render", "render.yaml"),
    }
