"""How each language is prepared on a runner: toolchain, cache, the tables and keys that tests need."""

from typing import Any

import pytest

from resources.catalogue import speaking
from tools.pipelines import stages
from tools.pipelines.services import environment_of, services_of
from tools.pipelines.setup.registry import BEFORE_TESTS
from tools.pipelines.step import Step
from tools.pipelines.targets.place import in_image
from tools.project import Component, Variable

MATRIX = "${{ matrix.version }}"


def component(language: str, **more: Any) -> Component:
    return Component.model_validate({"path": ".", "name": "shop", "language": language, "kind": "service", **more})


def proof(language: str, **more: Any) -> list[Step]:
    with speaking("en"):
        return stages.test(component(language, test_command="run the tests", **more))


def commands(steps: list[Step]) -> list[str]:
    return [step.run for step in steps if step.run]


@pytest.mark.parametrize("language", list(BEFORE_TESTS))
def test_no_table_is_made_where_there_is_no_database(language: str) -> None:
    steps = BEFORE_TESTS[language](component(language, migrate_command="rake db:migrate"))
    assert not [step for step in steps if "igrate" in (step.run or "")]


def test_rust_of_a_toolchain_file_is_what_the_file_names() -> None:
    evidence = {"language_version": "rust-toolchain.toml:2"}
    pinned = proof("rust", language_version="1.88", evidence=evidence)
    assert "rustup toolchain install && rustup component add clippy rustfmt" in commands(pinned)
    matrix = proof("rust", language_version="1.88", tested_versions=["1.85", "1.88"], evidence=evidence)
    assert [step.env["VERSION"] for step in matrix if "VERSION" in step.env] == [MATRIX]
    assert any("rustup override set" in each for each in commands(matrix))


@pytest.mark.parametrize(
    ("migrate", "installs"),
    [
        ("sqlx migrate run", "cargo +stable install sqlx-cli --locked --no-default-features --features rustls,mysql"),
        ("diesel migration run", "cargo +stable install diesel_cli --locked --no-default-features --features mysql"),
        ("cargo run --package migration -- up", None),
    ],
)
def test_rust_migrates_with_a_program_that_it_installs_for_that_database(migrate: str, installs: str | None) -> None:
    run = commands(proof("rust", migrate_command=migrate, needs=["mysql"]))
    assert [each for each in run if "cargo +stable install" in each] == ([installs] if installs else [])
    assert run.index(migrate) == len(run) - 2


def test_a_pull_request_does_not_fill_the_cache_of_rust() -> None:
    cache = next(step for step in proof("rust") if step.action == "Swatinem/rust-cache")
    assert cache.options["save-if"] == "${{ github.event_name != 'pull_request' }}"


def test_laravel_builds_its_front_end_makes_a_key_and_migrates_before_the_tests() -> None:
    steps = proof(
        "php",
        framework="laravel",
        build_command="pnpm install && pnpm run build",
        migrate_command="php artisan migrate --force",
        needs=["mysql", "redis"],
    )
    run = commands(steps)
    assert run[-4:-2] == ["pnpm install && pnpm run build", run[-3]]
    assert "APP_KEY=$(php artisan key:generate --show --no-ansi)" in run[-3]
    assert run[-2:] == ["php artisan migrate --force", "run the tests"]
    assert "corepack enable" in run
    php = next(step for step in steps if step.action == "shivammathur/setup-php")
    assert php.options["extensions"] == "mbstring, intl, pdo_mysql, redis"


def test_laravel_reaches_its_database_by_every_variable_its_settings_read() -> None:
    read = [Variable(name="DB_PASSWORD", secret=True), Variable(name="DB_CONNECTION", secret=False, default="sqlite")]
    given = environment_of(component("php", framework="laravel", needs=["postgres"], variables=read))
    assert given["DB_CONNECTION"] == "pgsql"
    assert {given[f"DB_{part}"] for part in ("DATABASE", "USERNAME", "PASSWORD")} == {"test"}
    assert (given["DB_HOST"], given["DB_PORT"]) == ("localhost", "5432")


def test_symfony_migrates_the_database_of_its_test_environment() -> None:
    migrate = "php bin/console doctrine:migrations:migrate --no-interaction"
    run = commands(proof("php", framework="symfony", migrate_command=migrate, needs=["postgres"]))
    assert run[-3:-1] == [
        "php bin/console doctrine:database:create --if-not-exists --env=test",
        f"{migrate} --env=test",
    ]


def test_a_front_end_that_php_compiles_itself_is_built_in_a_job_of_its_own() -> None:
    command = "php bin/console asset-map:compile"
    assert command not in commands(proof("php", build_command=command))
    with speaking("en"):
        assert command in commands(stages.build(component("php", build_command=command, test_command="x")))


def test_gems_are_installed_once() -> None:
    locked = proof("ruby", install_command="bundle install", lock_file="Gemfile.lock")
    ruby = next(step for step in locked if step.action == "ruby/setup-ruby")
    assert ruby.options["bundler-cache"] == "true"
    assert "bundle install" not in commands(locked)
    assert "bundle install" in commands(proof("ruby", install_command="bundle install"))


@pytest.mark.parametrize("program", ["bin/rails", "bundle exec rails"])
def test_rails_loads_the_schema_of_its_tests(program: str) -> None:
    steps = proof("ruby", framework="rails", migrate_command=f"{program} db:migrate", needs=["postgres"])
    assert f"{program} db:test:prepare" in commands(steps)
    assert environment_of(component("ruby", framework="rails", needs=["postgres"]))["RAILS_ENV"] == "test"


@pytest.mark.parametrize(
    ("versions", "otp"), [(["1.15"], "26"), (["1.18"], "27"), (["1.15", "1.18"], "26"), (["1.99"], "28"), ([], "28")]
)
def test_elixir_runs_on_an_erlang_that_knows_it(versions: list[str], otp: str) -> None:
    more = (
        {"tested_versions": versions} if len(versions) > 1 else {"language_version": versions[0] if versions else None}
    )
    beam = next(step for step in proof("elixir", **more) if step.action == "erlef/setup-beam")
    assert beam.options["otp-version"] == otp


def test_phoenix_finds_the_database_where_its_generator_put_it_in_the_settings() -> None:
    service = services_of(component("elixir", framework="phoenix", needs=["postgres"]))["postgres"]
    assert service["env"] == {"POSTGRES_USER": "postgres", "POSTGRES_PASSWORD": "postgres"}
    assert services_of(component("python", needs=["postgres"]))["postgres"]["env"]["POSTGRES_USER"] == "test"


@pytest.mark.parametrize(
    ("name", "needs", "value"),
    [
        ("DefaultConnection", ["postgres"], "Host=localhost;Port=5432;Database=test;Username=test;Password=test"),
        ("catalogdb", ["redis", "mysql"], "Server=127.0.0.1;Port=3306;Database=test;User=test;Password=test"),
        ("redis", ["postgres", "redis"], "localhost:6379"),
        ("MessageQueue", ["postgres", "rabbitmq"], "amqp://guest:guest@localhost:5672/"),
        ("MongoDb", ["mongodb"], "mongodb://localhost:27017/test"),
        ("Shop", [], None),
        ("Shop", ["redis"], None),
    ],
)
def test_a_connection_string_of_dotnet_points_at_what_its_name_says(
    name: str, needs: list[str], value: str | None
) -> None:
    read = [Variable(name=f"ConnectionStrings__{name}", secret=True)]
    given = environment_of(component("dotnet", needs=needs, variables=read))
    assert given.get(f"ConnectionStrings__{name}") == value


def test_dotnet_keeps_packages_by_the_lock_file_or_else_by_the_projects() -> None:
    locked = proof("dotnet", lock_file="packages.lock.json")
    assert "actions/cache" not in {step.action for step in locked}
    cache = next(step for step in proof("dotnet") if step.action == "actions/cache")
    assert "hashFiles('**/*.csproj'" in cache.options["key"]


def test_every_framework_that_dotnet_is_tested_on_is_there_at_once() -> None:
    sdk = next(step for step in proof("dotnet", tested_versions=["8.0", "9.0"]) if "dotnet" in (step.action or ""))
    assert sdk.options["dotnet-version"] == "8.0\n9.0"
    assert stages.versions(component("dotnet", tested_versions=["8.0", "9.0"])) == []


def test_dotnet_migrates_with_the_release_of_the_tool_that_the_project_names() -> None:
    run = commands(proof("dotnet", migrate_command="dotnet ef database update", needs=["sqlserver"]))
    assert run[-3:] == ["dotnet tool restore", "dotnet ef database update", "run the tests"]


@pytest.mark.parametrize("language", ["bun", "node"])
def test_bun_without_a_release_is_what_package_json_names(language: str) -> None:
    steps = proof(language, package_manager="bun", lock_file="bun.lock")
    bun = next(step for step in steps if step.action == "oven-sh/setup-bun")
    assert bun.options == {}


def test_a_password_alone_leads_no_framework_to_its_database() -> None:
    password = [Variable(name="DB_PASSWORD", secret=True)]
    given = environment_of(component("java", framework="spring-boot", needs=["mysql"], variables=password))
    assert given["SPRING_DATASOURCE_URL"] == "jdbc:mysql://127.0.0.1:3306/test"
    host = [*password, Variable(name="MYSQL_HOST", secret=False)]
    given = environment_of(component("java", framework="spring-boot", needs=["mysql"], variables=host))
    assert "SPRING_DATASOURCE_URL" not in given


@pytest.mark.parametrize(
    ("command", "inside"),
    [
        ("uv run alembic upgrade head", "alembic upgrade head"),
        ("poetry run python manage.py migrate", "python manage.py migrate"),
        ("_build/prod/rel/shop/bin/migrate", "bin/migrate"),
        ("_build/prod/rel/shop/bin/shop eval 'Shop.Release.migrate()'", "bin/shop eval 'Shop.Release.migrate()'"),
        ("cargo run --package migration -- up", "./migration up"),
        ("cargo run --release --bin migrate", "./migrate"),
        ("dotnet ef database update --project ../Store", "./efbundle"),
        ("sqlx migrate run --source ../../migrations", "sqlx migrate run --source migrations"),
        ("php artisan migrate --force", "php artisan migrate --force"),
        (None, None),
    ],
)
def test_a_migration_runs_in_the_image_without_the_tools_that_built_it(command: str | None, inside: str | None) -> None:
    assert in_image(command) == inside
