"""Variables that frameworks read from the environment though no line of the code names them. Tables: data, not code."""

# Framework -> backing service -> variable -> part of the connection (see `connection` of service_images.json).
FRAMEWORKS: dict[str, dict[str, dict[str, str]]] = {
    "spring": {
        "postgres": {
            "SPRING_DATASOURCE_URL": "jdbc",
            "SPRING_DATASOURCE_USERNAME": "user",
            "SPRING_DATASOURCE_PASSWORD": "password",
        },
        "mongodb": {"SPRING_MONGODB_URI": "url", "SPRING_DATA_MONGODB_URI": "url"},
        "redis": {"SPRING_DATA_REDIS_HOST": "host", "SPRING_DATA_REDIS_PORT": "port"},
        "rabbitmq": {"SPRING_RABBITMQ_HOST": "host", "SPRING_RABBITMQ_PORT": "port"},
        "kafka": {"SPRING_KAFKA_BOOTSTRAP_SERVERS": "address"},
        "elasticsearch": {"SPRING_ELASTICSEARCH_URIS": "url"},
    },
    "quarkus": {
        "postgres": {
            "QUARKUS_DATASOURCE_JDBC_URL": "jdbc",
            "QUARKUS_DATASOURCE_USERNAME": "user",
            "QUARKUS_DATASOURCE_PASSWORD": "password",
        },
        "mongodb": {"QUARKUS_MONGODB_CONNECTION_STRING": "url"},
        "redis": {"QUARKUS_REDIS_HOSTS": "url"},
        "rabbitmq": {"RABBITMQ_HOST": "host", "RABBITMQ_PORT": "port"},
        "kafka": {"KAFKA_BOOTSTRAP_SERVERS": "address"},
        "elasticsearch": {"QUARKUS_ELASTICSEARCH_HOSTS": "address"},
    },
    "micronaut": {
        "postgres": {
            "DATASOURCES_DEFAULT_URL": "jdbc",
            "DATASOURCES_DEFAULT_USERNAME": "user",
            "DATASOURCES_DEFAULT_PASSWORD": "password",
        },
        "mongodb": {"MONGODB_URI": "url"},
        "redis": {"REDIS_URI": "url"},
        "rabbitmq": {"RABBITMQ_URI": "url"},
        "kafka": {"KAFKA_BOOTSTRAP_SERVERS": "address"},
        "elasticsearch": {"ELASTICSEARCH_HTTP_HOSTS": "url"},
    },
    "laravel": {
        "postgres": {
            "DB_HOST": "host",
            "DB_PORT": "port",
            "DB_DATABASE": "name",
            "DB_USERNAME": "user",
            "DB_PASSWORD": "password",
        },
        "redis": {"REDIS_HOST": "host", "REDIS_PORT": "port"},
        "memcached": {"MEMCACHED_HOST": "host"},
        "mongodb": {"MONGODB_URI": "url"},
        "rabbitmq": {"RABBITMQ_HOST": "host", "RABBITMQ_PORT": "port"},
        "s3": {"AWS_ENDPOINT": "url", "AWS_BUCKET": "name"},
    },
    "rails": {
        "postgres": {"DATABASE_URL": "url"},
        "redis": {"REDIS_URL": "url"},
        "memcached": {"MEMCACHE_SERVERS": "address"},
        "elasticsearch": {"ELASTICSEARCH_URL": "url"},
        "rabbitmq": {"RABBITMQ_URL": "url"},
    },
    "symfony": {
        "postgres": {"DATABASE_URL": "url"},
        "redis": {"REDIS_URL": "url"},
        "mongodb": {"MONGODB_URL": "url"},
        "elasticsearch": {"ELASTICSEARCH_URL": "url"},
        "rabbitmq": {"MESSENGER_TRANSPORT_DSN": "url"},
    },
}
for _table in FRAMEWORKS.values():
    _table["mysql"] = _table["mariadb"] = _table["postgres"]

# Frameworks whose own settings read every variable of a service: one that the code names is not the only one.
WHOLE = frozenset({"laravel", "rails", "symfony"})

# What has one value in the tests whatever the connection: framework -> service ("" always) -> variable -> value.
CONSTANTS: dict[str, dict[str, dict[str, str]]] = {
    "laravel": {
        "postgres": {"DB_CONNECTION": "pgsql"},
        "mysql": {"DB_CONNECTION": "mysql"},
        "mariadb": {"DB_CONNECTION": "mariadb"},
    },
    "rails": {"": {"RAILS_ENV": "test"}},
    "symfony": {"": {"APP_ENV": "test"}},
}
