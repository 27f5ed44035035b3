"""The code under test finds its backing services through the variables it reads."""

import pytest

from tools.pipelines.services import environment_of
from tools.project import Component, Variable


def _environment(needs: list[str], names: list[str] | None = None, **more: str | None) -> dict[str, str]:
    default = more.pop("default", None)
    variables = [Variable(name=name, secret=False, default=default) for name in names or []]
    return environment_of(Component(path=".", needs=needs, variables=variables, framework=more.get("framework")))


@pytest.mark.parametrize(
    ("needs", "name", "value"),
    [
        (["postgres"], "DATABASE_URL", "postgresql://test:test@localhost:5432/test"),
        (["postgres"], "ORDERS_DATABASE_URL", "postgresql://test:test@localhost:5432/test"),
        (["postgres"], "SQLALCHEMY_DATABASE_URI", "postgresql://test:test@localhost:5432/test"),
        (["postgres"], "PGHOST", "localhost"),
        (["postgres"], "POSTGRES_PASSWORD", "test"),
        (["postgres"], "DB_NAME", "test"),
        (["postgres", "redis"], "CACHE_URL", "redis://localhost:6379/0"),
        (["redis"], "CELERY_BROKER_URL", "redis://localhost:6379/0"),
        (["rabbitmq", "redis"], "CELERY_BROKER_URL", "amqp://guest:guest@localhost:5672/"),
        (["mysql"], "dbHost", "127.0.0.1"),
        (["mongodb"], "MONGO_CONNECTION_STRING", "mongodb://localhost:27017/test"),
        (["kafka"], "KAFKA_BROKERS", "localhost:9092"),
        (["elasticsearch"], "ELASTICSEARCH_HOSTS", "http://localhost:9200"),
        (["opensearch"], "OPENSEARCH_URL", "http://localhost:9200"),
        (["clickhouse"], "CLICKHOUSE_PASSWORD", "test"),
        (["redis", "nats"], "NATS_ADDR", "localhost:4222"),
        (["qdrant"], "QDRANT_HOST", "localhost"),
        (["sqlserver"], "MSSQL_USER", "sa"),
        (["sqlserver"], "DB_PASSWORD", "Only-4-tests"),
        (["s3"], "S3_BUCKET", "test"),
        (["s3"], "S3_ENDPOINT_URL", "http://localhost:9090"),
    ],
)
def test_a_variable_points_at_the_service_its_name_says(needs: list[str], name: str, value: str) -> None:
    assert _environment(needs, [name])[name] == value


@pytest.mark.parametrize(
    "name", ["DB_POOL_SIZE", "REDIS_TTL", "STRIPE_SECRET_KEY", "SMTP_HOST", "POSTGRES_PASSWORD_FILE"]
)
def test_other_variables_are_left_alone(name: str) -> None:
    assert name not in _environment(["postgres", "redis"], [name])


def test_the_driver_that_the_default_names_is_kept() -> None:
    given = _environment(["postgres"], ["DATABASE_URL"], default="postgresql+asyncpg://app:app@db/app")
    assert given == {"DATABASE_URL": "postgresql+asyncpg://test:test@localhost:5432/test"}
    given = _environment(["mysql"], ["MYSQL_URL"], default="jdbc:mysql://localhost/petclinic")
    assert given["MYSQL_URL"] == "jdbc:mysql://127.0.0.1:3306/test"


def test_a_framework_gets_its_own_variables_when_the_code_names_none() -> None:
    assert "SPRING_DATASOURCE_URL" in _environment(["postgres"], framework="spring-boot")
    assert "QUARKUS_DATASOURCE_JDBC_URL" in _environment(["postgres"], framework="quarkus")
    assert _environment(["postgres"]) == {"DATABASE_URL": "postgresql://test:test@localhost:5432/test"}


def test_a_name_that_is_no_variable_name_never_reaches_the_workflow() -> None:
    assert _environment(["postgres"], ["DATABASE_URL: x\nrun", "A B_DATABASE_URL"]) == _environment(["postgres"])


def test_an_application_that_signs_gets_a_key_for_the_tests() -> None:
    assert _environment([], ["SECRET_KEY", "JWT_SECRET", "GOOGLE_CLIENT_SECRET"]) == {
        "SECRET_KEY": "only-for-tests",
        "JWT_SECRET": "only-for-tests",
    }
