"""Bun, React Router and Remix, shared packages of a workspace, routes of Rust, connection strings of .NET."""

import json
from pathlib import Path
from typing import Any

import pytest

from resources.catalogue import speaking
from tools.project import Component, Project
from tools.stacks.detect import inspect


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


def package(**fields: Any) -> str:
    return json.dumps({"name": "pixel", "private": True, **fields}, indent=2)


@pytest.mark.parametrize(
    ("manifest", "code", "language"),
    [
        ({"scripts": {"start": "bun run src/index.ts"}, "dependencies": {"hono": "4"}}, "export default app", "bun"),
        ({"scripts": {"start": "NODE_ENV=production bun --smol src/index.ts"}}, "Bun.serve({})", "bun"),
        ({"scripts": {"dev": "bun run --watch src/index.ts"}, "dependencies": {"elysia": "1"}}, "new Elysia().listen(3000)", "bun"),
        ({"dependencies": {"elysia": "1"}}, "new Elysia().listen(3000)", "bun"),
        ({"module": "src/index.ts"}, "Bun.serve({ fetch })", "bun"),
        ({"scripts": {"build": "bun build --compile --outfile server src/index.ts", "start": "./server"}}, "Bun.serve({})", "bun"),
        ({"scripts": {"start": "bun --bun next start"}, "dependencies": {"next": "15"}}, "", "bun"),
        ({"scripts": {"start": "next start"}, "dependencies": {"next": "15"}}, "", "node"),
        ({"scripts": {"build": "bun run tsc", "start": "node dist/index.js"}, "dependencies": {"express": "5"}}, "app.listen(3000)", "node"),
        ({"dependencies": {"hono": "4", "@hono/node-server": "1"}, "scripts": {"dev": "tsx watch src/index.ts"}}, "serve({ fetch: app.fetch, port: 3000 })", "node"),
    ],
)  # fmt: skip
async def test_bun_is_the_language_only_of_what_it_runs(
    tmp_path: Path, manifest: dict[str, Any], code: str, language: str
) -> None:
    files = {"package.json": package(**manifest), "bun.lock": "{}", "src/index.ts": f"{code};\n"}
    component = await only(tmp_path, files)
    assert (component.kind, component.language, component.package_manager) == ("service", language, "bun")
    assert component.port == 3000


async def test_a_bun_service_without_scripts_runs_its_entry_and_bun_s_own_tests(tmp_path: Path) -> None:
    files = {
        "package.json": package(module="index.ts", packageManager="bun@1.3.2"),
        "bun.lock": "{}",
        "index.ts": 'Bun.serve({\n  routes: {\n    "/health": () => new Response("ok"),\n  },\n});\n',
        "index.test.ts": 'import { test } from "bun:test";\n',
    }
    component = await only(tmp_path, files)
    assert (component.start_command, component.test_command) == ("bun run index.ts", "bun test")
    assert (component.language_version, component.health_path) == ("1.3", "/health")
    assert component.evidence["health_path"] == "index.ts:3"


@pytest.mark.parametrize(
    ("config", "text", "kind"),
    [
        ("react-router.config.ts", "export default {\n  ssr: false,\n};", "static"),
        ("react-router.config.ts", "export default {\n  // `ssr: false` makes one page\n  ssr: true,\n};", "service"),
        ("react-router.config.ts", "export default {\n  // ssr: false,\n};", "service"),
        ("vite.config.ts", "export default { plugins: [remix({ ssr: false })] };", "static"),
        ("vite.config.ts", "export default { plugins: [remix()] };", "service"),
    ],
)
async def test_a_front_end_that_routes_in_the_browser_alone_is_static(
    tmp_path: Path, config: str, text: str, kind: str
) -> None:
    name = "remix" if config.startswith("vite") else "react-router"
    tool = "@remix-run/dev" if name == "remix" else "@react-router/dev"
    component = await only(tmp_path, {"package.json": package(devDependencies={tool: "7", "vite": "6"}), config: text})
    assert (component.framework, component.kind) == (name, kind)
    assert component.output_directory == ("build/client" if kind == "static" else None)


@pytest.mark.parametrize(
    ("route", "path"),
    [
        ("app/routes/healthz.ts", "/healthz"),
        ("app/routes/api.health.tsx", "/api/health"),
        ("app/routes/resources/healthcheck.tsx", "/resources/healthcheck"),
        ("app/routes/health/route.tsx", "/health"),
        ("app/routes/wealth.tsx", None),
    ],
)
async def test_the_name_of_a_route_file_is_its_path(tmp_path: Path, route: str, path: str | None) -> None:
    component = await only(tmp_path, {"package.json": package(devDependencies={"@react-router/dev": "7"}), route: ""})
    assert component.health_path == path


async def test_a_service_needs_what_the_packages_it_imports_connect_to(tmp_path: Path) -> None:
    files = {
        "package.json": package(workspaces=["apps/*", "packages/*"]),
        "package-lock.json": "{}",
        "apps/api/package.json": package(name="@p/api", scripts={"start": "node s.js"}, dependencies={"express": "5", "@p/store": "*"}),
        "apps/api/s.js": "app.listen(4000)",
        "apps/web/package.json": package(name="@p/web", dependencies={"react-dom": "19", "@p/store": "*"}, devDependencies={"vite": "7"}),
        "apps/web/index.html": "<html></html>",
        "packages/store/package.json": package(name="@p/store", dependencies={"@p/db": "*"}),
        "packages/db/package.json": package(name="@p/db", dependencies={"pg": "8"}, devDependencies={"redis": "5"}),
        "packages/db/index.js": "export const url = process.env.STORE_URL;\n",
    }  # fmt: skip
    api, web = (await read(tmp_path, files)).components
    assert (api.needs, [each.name for each in api.variables]) == (["postgres"], ["STORE_URL"])
    assert api.evidence["needs.postgres"].startswith("packages/db/package.json:")
    assert (web.needs, web.variables) == ([], [])


@pytest.mark.parametrize(
    ("framework", "code", "path"),
    [
        ("axum", 'let app = Router::new().route("/health", get(ok));\naxum::serve(l, app)', "/health"),
        ("axum", 'let app = Router::new().route("/health", get(ok)).nest("/api", api());\naxum::serve(l, app)', "/health"),
        ("axum", 'let api = Router::new().route("/health", get(ok));\nlet app = Router::new().nest("/api", api);\naxum::serve(l, app)', None),
        ("axum", 'let app = Router::new().nest("/api", Router::new().route("/health", get(ok)));\naxum::serve(l, app)', None),
        ("axum", 'fn routes() -> Router { Router::new().route("/health", get(ok)) }\nfn m() { axum::serve(l, Router::new().nest("/v1", routes())) }', None),
        ("axum", 'fn routes() -> Router { Router::new().route("/health", get(ok)) }\nfn m() { axum::serve(l, Router::new().merge(routes())) }', "/health"),
        ("actix-web", 'HttpServer::new(|| App::new().route("/health", web::get().to(ok)).service(web::scope("/api")))', "/health"),
        ("actix-web", 'HttpServer::new(|| App::new().service(web::scope("/api").route("/health", web::get().to(ok))))', None),
        ("actix-web", '#[get("/health")]\nasync fn ok() {}\nfn m() { HttpServer::new(|| App::new().service(ok).service(web::scope("/api"))); }', "/health"),
        ("actix-web", '#[get("/health")]\nasync fn ok() {}\nfn m() { HttpServer::new(|| App::new().service(web::scope("/api").service(ok))); }', None),
        ("actix-web", 'fn routes(c: &mut ServiceConfig) { c.route("/health", web::get().to(ok)); }\nfn m() { HttpServer::new(|| App::new().configure(routes)); }', "/health"),
        ("actix-web", 'fn routes(c: &mut ServiceConfig) { c.route("/health", web::get().to(ok)); }\nfn m() { HttpServer::new(|| App::new().service(web::scope("/v1").configure(routes))); }', None),
        ("rocket", '#[get("/health")]\nfn ok() {}\n#[launch]\nfn rocket() -> _ { rocket::build().mount("/", routes![index, ok]) }', "/health"),
        ("rocket", '#[get("/health")]\nfn ok() {}\n#[launch]\nfn rocket() -> _ { rocket::build().mount("/api", routes![ok]) }', "/api/health"),
        ("axum", '// .route("/health", get(ok))\naxum::serve(l, app)', None),
    ],
)  # fmt: skip
async def test_a_rust_route_is_the_health_path_when_no_prefix_precedes_it(
    tmp_path: Path, framework: str, code: str, path: str | None
) -> None:
    cargo = f'[package]\nname = "api"\n[dependencies]\n{framework} = "1"\n'
    component = await only(tmp_path, {"Cargo.toml": cargo, "src/main.rs": code})
    assert (component.kind, component.health_path) == ("service", path)


@pytest.mark.parametrize(
    "code",
    [
        'o.UseNpgsql(builder.Configuration.GetConnectionString("shop"))',
        'builder.AddNpgsqlDbContext<ShopContext>("shop");',
        'builder.AddRedisClient("shop");',
    ],
)
async def test_a_connection_string_is_a_secret_variable_of_dotnet(tmp_path: Path, code: str) -> None:
    project = '<Project Sdk="Microsoft.NET.Sdk.Web"><PropertyGroup><TargetFramework>net9.0</TargetFramework></PropertyGroup></Project>'
    component = await only(
        tmp_path, {"Shop.csproj": project, "Program.cs": f"WebApplication.CreateBuilder();\n{code}\n"}
    )
    (variable,) = component.variables
    assert (variable.name, variable.secret, variable.source) == ("ConnectionStrings__shop", True, "Program.cs:2")


@pytest.mark.parametrize(
    ("dockerfile", "start", "port"),
    [
        (None, "frankenphp php-server --listen :8000 --root public", 8000),
        ("FROM php:8.4-fpm-alpine\nCOPY . /app\n", "php-fpm", 9000),
        ("FROM php:8.4-apache\nCOPY . /var/www/html\n", "apache2-foreground", 80),
    ],
)
async def test_php_is_served_by_something_made_for_production(
    tmp_path: Path, dockerfile: str | None, start: str, port: int
) -> None:
    files = {
        "composer.json": '{"require": {"laravel/framework": "^12.0", "php": "^8.4"}}',
        "artisan": "",
        "public/index.php": "<?php",
    }
    component = await only(tmp_path, files | ({"Dockerfile": dockerfile} if dockerfile else {}))
    assert (component.start_command, component.port) == (start, port)


@pytest.mark.parametrize(
    ("files", "kind"),
    [
        ({"go.mod": "module x.org/mail\n", "main.go": "package main\nfunc main() {\n\tr := kafka.NewReader(kafka.ReaderConfig{})\n}\n"}, "worker"),
        ({"go.mod": "module x.org/mail\n", "main.go": "package main\nfunc main() {\n\t// kafka.NewReader(\n}\n"}, None),
        ({"Cargo.toml": '[package]\nname = "mail"\n[dependencies]\nlapin = "3"\n', "src/main.rs": "channel.basic_consume(q)"}, "worker"),
    ],
)  # fmt: skip
async def test_what_reads_a_queue_and_serves_nobody_is_a_worker(
    tmp_path: Path, files: dict[str, str], kind: str | None
) -> None:
    assert (await only(tmp_path, files)).kind == kind


async def test_phoenix_installs_the_javascript_it_builds(tmp_path: Path) -> None:
    mix = 'app: :shop,\n  mod: {Shop.Application, []},\n  {:phoenix, "~> 1.8"},\n  "assets.deploy": ["esbuild shop --minify"]\n'
    component = await only(tmp_path, {"mix.exs": mix, "assets/package.json": "{}", "assets/package-lock.json": "{}"})
    build = "npm --prefix assets ci && MIX_ENV=prod mix assets.deploy && MIX_ENV=prod mix release"
    assert (component.framework, component.build_command) == ("phoenix", build)


@pytest.mark.parametrize(
    ("dockerfile", "more", "context"),
    [
        ('COPY ["src/Web/Web.csproj", "src/Web/"]\n', {}, "."),
        ("COPY Web.csproj .\nCOPY . .\n", {}, "src/Web"),
        ("COPY --chown=app ./src/Web/*.csproj ./\n", {}, "."),
        ("COPY Web/Web.csproj Web/\n", {}, "src"),
        ("COPY . .\n", {}, None),
        ("COPY Web /Web\n", {}, None),
        ("COPY --from=build /app /app\nADD https://example.org/x /x\nCOPY out/ .\n", {}, None),
        ("COPY . .\n", {"compose.yaml": "services:\n  web:\n    build:\n      context: .\n      dockerfile: src/Web/Dockerfile\n"}, "."),
        ("COPY . .\n", {"compose.yaml": "services:\n  web:\n    build: src/Web\n"}, "src/Web"),
    ],
)  # fmt: skip
async def test_a_dockerfile_is_built_from_where_compose_or_its_copies_say(
    tmp_path: Path, dockerfile: str, more: dict[str, str], context: str | None
) -> None:
    project = '<Project Sdk="Microsoft.NET.Sdk.Web"><PropertyGroup><TargetFramework>net9.0</TargetFramework></PropertyGroup></Project>'
    image = f"FROM mcr.microsoft.com/dotnet/aspnet:9.0\nEXPOSE 8080\nEXPOSE 8081\n{dockerfile}"
    files = {"src/Web/Web.csproj": project, "src/Web/Dockerfile": image, "README.md": "", **more}
    component = await only(tmp_path, files)
    assert (component.dockerfile, component.build_context) == ("src/Web/Dockerfile", context)
    assert component.port == 8080


async def test_the_settings_of_micronaut_may_be_toml(tmp_path: Path) -> None:
    files = {
        "build.gradle": 'plugins {\n    id("io.micronaut.application") version "4.5.4"\n}\n',
        "settings.gradle": 'rootProject.name = "pets"\n',
        "src/main/java/Application.java": "class Application { void m() { Micronaut.run(Application.class); } }",
        "src/main/resources/application.toml": "[micronaut.application]\nport = 1\n[micronaut.server]\nport = 8090 # ours\n",
    }
    component = await only(tmp_path, files)
    assert (component.framework, component.port) == ("micronaut", 8090)
    assert component.evidence["port"] == "src/main/resources/application.toml:4"


async def test_a_mix_project_written_on_one_line_has_a_name_and_a_start(tmp_path: Path) -> None:
    mix = 'def project do\n    [app: :echo, version: "0.1.0", elixir: "~> 1.18"]\n  end\n  def application, do: [mod: {Echo.Application, []}]\n  [\n    {:bandit, "~> 1.6"}\n  ]\n'
    component = await only(tmp_path, {"mix.exs": mix})
    assert (component.name, component.language_version) == ("echo", "1.18")
    assert component.start_command == "_build/prod/rel/echo/bin/echo start"


async def test_blocks_of_a_gradle_build_may_stand_on_one_line(tmp_path: Path) -> None:
    files = {
        "settings.gradle.kts": 'rootProject.name = "bank"\ninclude("core", "api")\n',
        "gradlew": "",
        "core/build.gradle.kts": 'plugins { `java-library` }\ndependencies { api("org.postgresql:postgresql:42.7.7") }\n',
        "core/src/main/java/Core.java": "class Core {}",
        "api/build.gradle.kts": 'plugins { java; id("org.springframework.boot") version "3.5.0" }\n'
        'dependencies { implementation(project(":core")); implementation("org.springframework.boot:spring-boot-starter-web") }\n',
        "api/src/main/java/Api.java": "@SpringBootApplication\nclass Api {}",
    }  # fmt: skip
    component = await only(tmp_path, files)
    assert (component.framework, component.kind, component.needs) == ("spring-boot", "service", ["postgres"])
