"""Go, JVM, Rust, PHP, Ruby, .NET, Elixir, Deno and static sites: small replicas of the shapes real repositories have."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from resources.catalogue import speaking
from tools.project import Component, Project
from tools.stacks.detect import detect, inspect
from tools.stacks.tree import Tree

POM = "<project><artifactId>shop</artifactId><version>1</version><dependencies>{}</dependencies><build><plugins>{}</plugins></build></project>"
WEB = "<dependency><groupId>org.springframework.boot</groupId><artifactId>spring-boot-starter-web</artifactId></dependency>"
BOOT = "<plugin><groupId>org.springframework.boot</groupId><artifactId>spring-boot-maven-plugin</artifactId></plugin>"
APPLICATION = "@SpringBootApplication\nclass ShopApplication {}\n"
BOMB = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">' + "".join(
    f'<!ENTITY {chr(98 + i)} "{("&" + chr(97 + i) + ";") * 10}">' for i in range(9)
) + "]><{}>&j;</{}>"  # fmt: skip


def write(root: Path, files: dict[str, str]) -> None:
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8", newline="")


async def read(root: Path, files: dict[str, str]) -> Project:
    write(root, files)
    with speaking("en"):
        return await inspect(root)


async def only(root: Path, files: dict[str, str]) -> Component:
    (component,) = (await read(root, files)).components
    return component


@pytest.mark.parametrize(
    ("main", "framework", "port"),
    [
        ('import "github.com/gin-gonic/gin"\nfunc main() {\n\tr := gin.Default()\n\tr.Run()\n}\n', "gin", 8080),
        ('import "github.com/labstack/echo/v4"\nfunc main() {\n\te := echo.New()\n\te.Start(":1323")\n}\n', "echo", 1323),
        ('import "github.com/gofiber/fiber/v2"\nvar port = flag.String("port", ":3000", "")\nfunc main() {\n\tapp.Listen(*port)\n}\n', "fiber", 3000),
        ('import "net/http"\nfunc main() {\n\tport := os.Getenv("PORT")\n\tif port == "" {\n\t\tport = "8090"\n\t}\n\thttp.ListenAndServe(":"+port, nil)\n}\n', "net/http", 8090),
        ('import "net/http"\nfunc main() {\n\tdbPort := "5432"\n\thttp.ListenAndServe(getEnv("ADDR", ":8070"), nil)\n}\n', "net/http", 8070),
        ('import "google.golang.org/grpc"\nfunc main() {\n\tl, _ := net.Listen("tcp", ":50051")\n\ts := grpc.NewServer()\n}\n', "grpc", 50051),
    ],
)  # fmt: skip
async def test_a_go_service_listens_where_its_code_says(tmp_path: Path, main: str, framework: str, port: int) -> None:
    required = "".join(f"\t{name} v1.0.0\n" for name in (
        "github.com/gin-gonic/gin", "github.com/labstack/echo/v4", "github.com/gofiber/fiber/v2", "google.golang.org/grpc"))  # fmt: skip
    component = await only(
        tmp_path,
        {"go.mod": f"module x.org/shop\n\ngo 1.24\n\nrequire (\n{required})\n", "main.go": "package main\n" + main},
    )
    assert (component.kind, component.framework, component.port) == ("service", framework, port)
    assert component.start_command == "./bin/shop"


async def test_a_go_health_path_under_a_group_is_not_told(tmp_path: Path) -> None:
    main = 'package main\nfunc main() {\n\tr := gin.Default()\n\tv1 := r.Group("/api")\n\tv1.GET("/health", h)\n\tr.Run(":8080")\n}\n'
    assert (await only(tmp_path, {"go.mod": "module x.org/shop\n", "main.go": main})).health_path is None


async def test_a_go_command_line_program_is_no_service(tmp_path: Path) -> None:
    files = {"go.mod": "module x.org/tool\nrequire github.com/spf13/cobra v1.8.0\n",
             "cmd/tool/main.go": 'package main\nimport "github.com/spf13/cobra"\nfunc main() {}\n'}  # fmt: skip
    component = await only(tmp_path, files)
    assert (component.kind, component.build_command) == ("cli", "go build -o bin/tool ./cmd/tool")


async def test_a_spring_module_has_the_database_of_the_module_it_is_built_from(tmp_path: Path) -> None:
    parent = "<parent><groupId>g</groupId><artifactId>all</artifactId><version>1</version></parent>"
    sibling = "<dependency><groupId>g</groupId><artifactId>store</artifactId></dependency>"
    driver = "<dependency><groupId>org.postgresql</groupId><artifactId>postgresql</artifactId></dependency>"
    files = {
        "pom.xml": "<project><artifactId>all</artifactId><packaging>pom</packaging><properties><java.version>21</java.version>"
        "</properties><modules><module>store</module><module>web</module></modules></project>",
        "mvnw": "",
        "store/pom.xml": f"<project>{parent}<artifactId>store</artifactId><dependencies>{driver}</dependencies></project>",
        "store/src/main/java/S.java": 'class S { String t = System.getenv("STORE_TOKEN"); }',
        "web/pom.xml": f"<project>{parent}<artifactId>web</artifactId><dependencies>{WEB}{sibling}</dependencies>"
        f"<build><plugins>{BOOT}</plugins></build></project>",
        "web/src/main/java/ShopApplication.java": APPLICATION,
    }
    web = await only(tmp_path, files)
    assert (web.path, web.needs, web.language_version) == ("web", ["postgres"], "21")
    assert [each.name for each in web.variables] == ["STORE_TOKEN"]
    assert web.build_command == "../mvnw --batch-mode --file ../pom.xml --projects :web --also-make package -DskipTests"
    assert web.start_command == "java -jar target/web-1.jar"


@pytest.mark.parametrize(
    ("name", "text", "port", "health"),
    [
        ("application.properties", "server.port=${PORT:8085}\n", 8085, "/actuator/health"),
        (
            "application.yml",
            "spring:\n  port: 1\nserver:\n  servlet:\n    context-path: /shop\n  port: 9090\n",
            9090,
            "/shop/actuator/health",
        ),
        ("application.yml", "server.port: 7070\nmanagement.endpoints.web.base-path: /manage\n", 7070, "/manage/health"),
        ("application.properties", "management.server.port=9000\n", 8080, None),
    ],
)
async def test_a_spring_service_listens_where_its_settings_say(
    tmp_path: Path, name: str, text: str, port: int, health: str | None
) -> None:
    actuator = WEB.replace("starter-web", "starter-actuator")
    files = {"pom.xml": POM.format(WEB + actuator, BOOT), f"src/main/resources/{name}": text,
             "src/main/java/ShopApplication.java": APPLICATION}  # fmt: skip
    component = await only(tmp_path, files)
    assert (component.port, component.health_path) == (port, health)


async def test_a_spring_application_without_web_is_asked_about(tmp_path: Path) -> None:
    plain = WEB.replace("starter-web", "starter-jdbc")
    files = {"pom.xml": POM.format(plain, BOOT), "src/main/java/ShopApplication.java": APPLICATION}
    project = await read(tmp_path, files)
    assert project.components[0].kind is None
    assert "kind" in {question.field for question in project.questions}


async def test_a_gradle_boot_jar_is_named_so_that_one_file_matches(tmp_path: Path) -> None:
    files = {
        "settings.gradle": "rootProject.name = 'shop'\n",
        "build.gradle": "plugins {\n  id 'org.springframework.boot' version '3.4.0'\n}\nversion = '1.2'\ndependencies {\n"
        "  implementation 'org.springframework.boot:spring-boot-starter-web'\n}\n",
        "src/main/java/ShopApplication.java": APPLICATION,
    }
    component = await only(tmp_path, files)
    assert component.build_command == "gradle --no-daemon bootJar"
    assert component.start_command == "java -jar build/libs/shop-1.2.jar"


async def test_a_kotlin_build_script_alone_does_not_make_a_kotlin_project(tmp_path: Path) -> None:
    files = {"build.gradle.kts": 'plugins {\n    java\n    application\n}\n', "settings.gradle.kts": 'rootProject.name = "a"\n',
             "src/main/java/Main.java": "class Main { public static void main(String[] args) {} }"}  # fmt: skip
    component = await only(tmp_path, files)
    assert (component.language, component.start_command) == ("java", "build/install/a/bin/a")


@pytest.mark.parametrize(
    ("framework", "code", "port"),
    [
        ("axum", 'let l = TcpListener::bind("0.0.0.0:3000").await?; axum::serve(l, app).await', 3000),
        ("axum", "let addr = SocketAddr::from(([0, 0, 0, 0], 3001));\naxum::serve(l, app)", 3001),
        ("actix-web", 'HttpServer::new(|| App::new()).bind(("127.0.0.1", 8080))?.run()', 8080),
        ("axum", 'let port = std::env::var("PORT").unwrap_or_else(|_| "8082".to_string());\naxum::serve(l, app)', 8082),
        ("rocket", "#[launch]\nfn rocket() -> _ { rocket::build() }", 8000),
    ],
)
async def test_a_rust_service_listens_where_its_code_says(tmp_path: Path, framework: str, code: str, port: int) -> None:
    files = {"Cargo.toml": f'[package]\nname = "api"\n[dependencies]\n{framework} = "1"\n', "src/main.rs": code}
    component = await only(tmp_path, files)
    assert (component.kind, component.port, component.start_command) == ("service", port, "./target/release/api")


async def test_php_behind_apache_listens_where_apache_does(tmp_path: Path) -> None:
    files = {"app/index.php": "<?php\n", "app/Dockerfile": "FROM --platform=$BUILDPLATFORM php:8.3-apache AS builder\n"}
    component = await only(tmp_path, files)
    assert (component.language, component.port, component.start_command) == ("php", 80, "apache2-foreground")
    assert component.language_version == "8.3"


async def test_gems_for_developing_are_no_backing_services(tmp_path: Path) -> None:
    gemfile = "gem 'sinatra'\ngem 'redis', group: :test\ngroup :development do\n  gem 'mysql2'\nend\ngem 'pg'\n"
    component = await only(tmp_path, {"Gemfile": gemfile, "config.ru": "run App\n"})
    assert (component.needs, component.port) == (["postgres"], 9292)


async def test_a_gemfile_of_tools_beside_another_project_is_no_component(tmp_path: Path) -> None:
    files = {
        "Gemfile": "gem 'fastlane'\n",
        "package.json": '{"name": "app", "scripts": {"start": "node a.js"}}',
        "a.js": "app.listen(3000)",
    }
    assert [each.language for each in (await read(tmp_path, files)).components] == ["node"]


async def test_dotnet_tests_and_orchestration_are_no_components(tmp_path: Path) -> None:
    sdk = '<Project Sdk="Microsoft.NET.Sdk{}">{}</Project>'
    target = "<PropertyGroup><TargetFramework>net9.0</TargetFramework></PropertyGroup>"
    files = {
        "src/Web/Web.csproj": sdk.format(".Web", target),
        "src/Web/Program.cs": 'app.Run("http://0.0.0.0:5100");',
        "src/Host/Host.csproj": sdk.format("", "<PropertyGroup><OutputType>Exe</OutputType><IsAspireHost>true</IsAspireHost></PropertyGroup>"),
        "test/Web.Tests/Web.Tests.csproj": sdk.format("", '<ItemGroup><PackageReference Include="xunit"/><ProjectReference Include="..\\..\\src\\Web\\Web.csproj"/></ItemGroup>'),
    }  # fmt: skip
    component = await only(tmp_path, files)
    assert (component.path, component.port, component.language_version) == ("src/Web", 5100, "9.0")
    assert component.test_command == "dotnet test ../../test/Web.Tests/Web.Tests.csproj"


async def test_a_phoenix_health_path_inside_a_scope_is_not_told(tmp_path: Path) -> None:
    files = {
        "mix.exs": 'def project, do: [\n  app: :shop,\n  elixir: "~> 1.17"\n]\ndef application, do: [mod: {Shop, []}]\n{:phoenix, "~> 1.8"}\n',
        "lib/shop_web/router.ex": '  scope "/api", ShopWeb do\n    get "/health", H, :i\n  end\n',
    }
    component = await only(tmp_path, files)
    assert (component.framework, component.port, component.health_path) == ("phoenix", 4000, None)


async def test_a_deno_task_that_watches_does_not_start_production(tmp_path: Path) -> None:
    files = {
        "deno.json": '{"tasks": {"start": "deno run --watch main.ts"}}',
        "main.ts": "Deno.serve((_r) => new Response());\n",
    }
    component = await only(tmp_path, files)
    assert component.start_command == "deno run --allow-net --allow-env --allow-read main.ts"
    assert component.port == 8000


@pytest.mark.parametrize(
    ("files", "framework", "output"),
    [
        ({"config.toml": 'baseURL = "https://x.org/"\n', "content/a.md": ""}, "hugo", "public"),
        ({"_config.yml": "title: x\n", "Gemfile": "gem 'jekyll'\n"}, "jekyll", "_site"),
        ({"mkdocs.yml": "site_name: x\nsite_dir: public\n", "docs/index.md": ""}, "mkdocs", "public"),
        ({"public/index.html": "<p>x"}, None, "."),
    ],
)
async def test_a_static_site_knows_where_it_lands(
    tmp_path: Path, files: dict[str, str], framework: str | None, output: str
) -> None:
    component = await only(tmp_path, files)
    assert (component.kind, component.framework, component.output_directory) == ("static", framework, output)


@pytest.mark.parametrize(
    "files",
    [
        {"pom.xml": BOMB.replace("{}", "project")},
        {"a.csproj": BOMB.replace("{}", "Project")},
        {"pom.xml": "<project><artifactId>x"},
        {"Cargo.toml": "[package\nname ="},
        {"composer.json": '{"name": '},
        {"deno.json": "[1, 2"},
    ],
)
async def test_a_broken_manifest_is_a_warning(tmp_path: Path, files: dict[str, str]) -> None:
    project = await read(tmp_path, files)
    assert any(next(iter(files)) in warning for warning in project.warnings)
    assert all(component.kind is None for component in project.components)


async def test_a_byte_order_mark_and_windows_line_ends_change_nothing(tmp_path: Path) -> None:
    files = {"pom.xml": POM.format(WEB, BOOT), "src/main/java/ShopApplication.java": APPLICATION,
             "rs/Cargo.toml": '[package]\nname = "api"\n[dependencies]\nrocket = "1"\n', "rs/src/main.rs": "#[launch]\nfn rocket() {}\n"}  # fmt: skip
    plain = await read(tmp_path / "plain" / "r", files)
    marked = {name: "\ufeff" + text.replace("\n", "\r\n") for name, text in files.items()}
    assert (await read(tmp_path / "marked" / "r", marked)).components == plain.components


MANIFESTS = ("go.mod", "pom.xml", "build.gradle", "build.gradle.kts", "settings.gradle", "gradle/libs.versions.toml", "Cargo.toml",
             "composer.json", "Gemfile", "a.csproj", "global.json", "mix.exs", "deno.json", "config.toml", "mkdocs.yml")  # fmt: skip


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.dictionaries(st.sampled_from(MANIFESTS), st.one_of(st.binary(max_size=200), st.sampled_from([
    b"[package]\nname = 1\n[dependencies]\na = []\n", b'{"require": [], "scripts": 3, "workspace": {"members": 1}}',
    b"<project><parent/><build/></project>", b"<Project><PropertyGroup/></Project>", b"[libraries]\na = 1\n[bundles]\nb = 2\n",
    b"[workspace]\nmembers = 3\n[package]\nname = {}\nrust-version = {}\n[[bin]]\n"])), min_size=1))  # fmt: skip
def test_nothing_in_a_manifest_raises(tmp_path: Path, files: dict[str, bytes]) -> None:
    for name in MANIFESTS:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.unlink(missing_ok=True)
        if name in files:
            path.write_bytes(files[name])
    detect(Tree.of(tmp_path))
