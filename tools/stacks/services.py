"""What tells a backing service: client libraries, connection URLs, container images. Data, one table each."""

# Run-time dependency (any ecosystem, lower case) -> the service it is a client of. Libraries that serve several
# backends (SQLAlchemy, Celery, Prisma, GORM) are not here: their URL or driver decides.
CLIENTS: dict[str, str] = {
    name: service
    for service, names in {
        "postgres": """psycopg psycopg2 psycopg2-binary psycopg-binary psycopg-pool asyncpg pg8000 aiopg psycopg2cffi
            django-tenants pgvector pg postgres pg-promise @neondatabase/serverless @vercel/postgres pgtyped slonik
            github.com/lib/pq github.com/jackc/pgx github.com/jackc/pgx/v4 github.com/jackc/pgx/v5
            github.com/go-pg/pg github.com/go-pg/pg/v10 gorm.io/driver/postgres github.com/jinzhu/gorm/dialects/postgres
            org.postgresql:postgresql io.quarkus:quarkus-jdbc-postgresql io.quarkus:quarkus-reactive-pg-client
            org.postgresql:r2dbc-postgresql tokio-postgres postgrex npgsql npgsql.entityframeworkcore.postgresql
            @mikro-orm/postgresql @prisma/adapter-pg postgrest-py
            aspire.npgsql aspire.npgsql.entityframeworkcore.postgresql deadpool-postgres bb8-postgres good_job que
            activerecord-postgis-adapter ext-pgsql ext-pdo_pgsql io.vertx:vertx-pg-client
            com.github.jasync-sql:jasync-postgresql org.flywaydb:flyway-database-postgresql @db/postgres
            io.micronaut.sql:micronaut-vertx-pg-client""",
        "mysql": """mysqlclient pymysql aiomysql asyncmy mysql-connector-python mysql mysql2 promise-mysql
            github.com/go-sql-driver/mysql gorm.io/driver/mysql com.mysql:mysql-connector-j mysql:mysql-connector-java
            io.quarkus:quarkus-jdbc-mysql io.asyncer:r2dbc-mysql mysql_async myxql pomelo.entityframeworkcore.mysql
            mysql.data mysqlconnector @mikro-orm/mysql @planetscale/database flask-mysqldb
            trilogy ext-mysqli ext-pdo_mysql org.flywaydb:flyway-mysql aspire.mysqlconnector @db/mysql""",
        "mariadb": """mariadb org.mariadb.jdbc:mariadb-java-client io.quarkus:quarkus-jdbc-mariadb
            @mikro-orm/mariadb""",
        "sqlserver": """pymssql pyodbc mssql-django mssql tedious github.com/microsoft/go-mssqldb
            github.com/denisenkom/go-mssqldb gorm.io/driver/sqlserver com.microsoft.sqlserver:mssql-jdbc
            microsoft.entityframeworkcore.sqlserver microsoft.data.sqlclient system.data.sqlclient
            aspire.microsoft.entityframeworkcore.sqlserver aspire.microsoft.data.sqlclient
            activerecord-sqlserver-adapter tiny_tds tds tiberius""",
        "oracle": "cx-oracle oracledb com.oracle.database.jdbc:ojdbc11 com.oracle.database.jdbc:ojdbc8",
        "redis": """redis aioredis django-redis redis-py-cluster channels-redis django-channels-redis rq django-rq arq
            flask-redis fastapi-cache2[redis] celery[redis] kombu[redis] redis[hiredis] redis-om hiredis walrus huey
            ioredis connect-redis bull bullmq @nestjs/bull @nestjs/bullmq bee-queue kue @upstash/redis
            @socket.io/redis-adapter redisson sidekiq resque redis-rails
            github.com/go-redis/redis github.com/go-redis/redis/v8 github.com/go-redis/redis/v9
            github.com/redis/go-redis/v9 github.com/gomodule/redigo github.com/hibiken/asynq
            org.springframework.boot:spring-boot-starter-data-redis io.quarkus:quarkus-redis-client
            org.springframework.boot:spring-boot-starter-data-redis-reactive redis.clients:jedis io.lettuce:lettuce-core
            org.springframework.session:spring-session-data-redis predis/predis stackexchange.redis redix deadpool-redis
            microsoft.extensions.caching.stackexchangeredis dramatiq[redis] cache-manager-redis-store @keyv/redis
            aspire.stackexchange.redis aspire.stackexchange.redis.distributedcaching
            aspire.stackexchange.redis.outputcaching bb8-redis fred redis-client laravel/horizon ext-redis
            symfony/redis-messenger snc/redis-bundle org.redisson:redisson
            org.redisson:redisson-spring-boot-starter io.micronaut.redis:micronaut-redis-lettuce
            nebulex_redis_adapter @db/redis exq""",
        "mongodb": """pymongo motor mongoengine beanie odmantic flask-pymongo flask-mongoengine djongo mongoose mongodb
            @nestjs/mongoose connect-mongo monk mongoid mongo go.mongodb.org/mongo-driver
            go.mongodb.org/mongo-driver/v2 gopkg.in/mgo.v2 mongodb.driver mongodb/mongodb @typegoose/typegoose
            org.springframework.boot:spring-boot-starter-data-mongodb org.mongodb:mongodb-driver-sync
            org.springframework.boot:spring-boot-starter-data-mongodb-reactive io.quarkus:quarkus-mongodb-client
            io.quarkus:quarkus-mongodb-panache @mikro-orm/mongodb
            aspire.mongodb.driver mongodb_driver ext-mongodb mongodb/laravel-mongodb doctrine/mongodb-odm-bundle
            org.mongodb:mongodb-driver-kotlin-coroutine org.litote.kmongo:kmongo org.litote.kmongo:kmongo-coroutine
            io.micronaut.mongodb:micronaut-mongo-sync @db/mongo mongodb.entityframeworkcore""",
        "rabbitmq": """pika aio-pika amqp aioamqp dramatiq[rabbitmq] celery[librabbitmq] librabbitmq amqplib
            amqp-connection-manager rascal @golevelup/nestjs-rabbitmq github.com/streadway/amqp
            github.com/rabbitmq/amqp091-go org.springframework.boot:spring-boot-starter-amqp com.rabbitmq:amqp-client
            rabbitmq.client masstransit.rabbitmq lapin bunny php-amqplib/php-amqplib faststream[rabbit]
            aspire.rabbitmq.client broadway_rabbitmq ext-amqp symfony/amqp-messenger enqueue/amqp-lib
            vladimir-yuldashev/laravel-queue-rabbitmq sneakers amqprs io.quarkus:quarkus-messaging-rabbitmq
            io.quarkus:quarkus-smallrye-reactive-messaging-rabbitmq io.micronaut.rabbitmq:micronaut-rabbitmq
            org.springframework.cloud:spring-cloud-starter-stream-rabbit org.springframework.amqp:spring-rabbit""",
        "kafka": """kafka-python kafka-python-ng confluent-kafka aiokafka faust faust-streaming kafkajs node-rdkafka
            github.com/segmentio/kafka-go github.com/shopify/sarama github.com/ibm/sarama
            github.com/confluentinc/confluent-kafka-go github.com/confluentinc/confluent-kafka-go/v2
            org.springframework.kafka:spring-kafka org.apache.kafka:kafka-clients org.apache.kafka:kafka-streams
            io.quarkus:quarkus-messaging-kafka io.quarkus:quarkus-kafka-client confluent.kafka rdkafka ruby-kafka
            github.com/twmb/franz-go faststream[kafka] io.quarkus:quarkus-smallrye-reactive-messaging-kafka
            org.springframework.cloud:spring-cloud-starter-stream-kafka
            aspire.confluent.kafka broadway_kafka brod kafka_ex ext-rdkafka karafka racecar rskafka
            io.micronaut.kafka:micronaut-kafka org.springframework.boot:spring-boot-starter-kafka
            org.springframework.cloud:spring-cloud-stream-binder-kafka masstransit.kafka""",
        "elasticsearch": """elasticsearch elasticsearch-dsl elasticsearch[async] django-elasticsearch-dsl
            @elastic/elasticsearch @nestjs/elasticsearch github.com/elastic/go-elasticsearch
            github.com/elastic/go-elasticsearch/v7 github.com/elastic/go-elasticsearch/v8 github.com/olivere/elastic
            github.com/olivere/elastic/v7 org.springframework.boot:spring-boot-starter-data-elasticsearch
            co.elastic.clients:elasticsearch-java elastic.clients.elasticsearch elasticsearch-rails searchkick
            elasticsearch-model elasticsearch/elasticsearch ruflin/elastica aspire.elastic.clients.elasticsearch
            nest""",
        "opensearch": """opensearch-py @opensearch-project/opensearch github.com/opensearch-project/opensearch-go
            opensearch-ruby opensearch-project/opensearch-php""",
        "memcached": """python-memcached pymemcache pylibmc aiomcache memcached memjs dalli
            github.com/bradfitz/gomemcache enyimmemcachedcore
            ext-memcached memcache""",
        "s3": """@aws-sdk/client-s3 multer-s3 s3fs django-storages[s3] django-storages[boto3] minio
            github.com/aws/aws-sdk-go-v2/service/s3 github.com/minio/minio-go github.com/minio/minio-go/v7
            software.amazon.awssdk:s3 com.amazonaws:aws-java-sdk-s3 io.minio:minio aws-sdk-s3 awssdk.s3
            io.quarkiverse.amazonservices:quarkus-amazon-s3 league/flysystem-aws-s3-v3 @aws-sdk/lib-storage
            rust-s3 ex_aws_s3""",
        "sqs": """@aws-sdk/client-sqs celery[sqs] github.com/aws/aws-sdk-go-v2/service/sqs software.amazon.awssdk:sqs
            aws-sdk-sqs awssdk.sqs sqs-consumer""",
        "dynamodb": """pynamodb @aws-sdk/client-dynamodb @aws-sdk/lib-dynamodb dynamoose
            github.com/aws/aws-sdk-go-v2/service/dynamodb software.amazon.awssdk:dynamodb awssdk.dynamodbv2""",
        "gcs": "google-cloud-storage @google-cloud/storage cloud.google.com/go/storage google.cloud.storage.v1",
        "pubsub": "google-cloud-pubsub @google-cloud/pubsub cloud.google.com/go/pubsub",
        "nats": """nats-py nats github.com/nats-io/nats.go io.nats:jnats async-nats nats.client nats.net
            gnat aspire.nats.net""",
        "cassandra": """cassandra-driver scylla-driver github.com/gocql/gocql com.datastax.oss:java-driver-core
            org.springframework.boot:spring-boot-starter-data-cassandra
            cassandracsharpdriver""",
        "neo4j": """neo4j neomodel neo4j-driver github.com/neo4j/neo4j-go-driver/v5
            org.springframework.boot:spring-boot-starter-data-neo4j""",
        "clickhouse": "clickhouse-driver clickhouse-connect @clickhouse/client github.com/clickhouse/clickhouse-go/v2",
        "influxdb": "influxdb-client @influxdata/influxdb-client github.com/influxdata/influxdb-client-go/v2",
        "qdrant": "qdrant-client @qdrant/js-client-rest",
        "weaviate": "weaviate-client weaviate-ts-client",
        "meilisearch": "meilisearch meilisearch-python-sdk",
        "typesense": "typesense",
        "temporal": "temporalio @temporalio/client @temporalio/worker go.temporal.io/sdk io.temporal:temporal-sdk",
        "vault": "hvac node-vault github.com/hashicorp/vault/api",
        "etcd": "go.etcd.io/etcd/client/v3 etcd3",
    }.items()
    for name in names.split()
}

# Scheme of a connection URL, without dialect suffix -> service.
SCHEMES: dict[str, str] = {
    "postgres": "postgres", "postgresql": "postgres", "postgis": "postgres", "psql": "postgres", "pgsql": "postgres",
    "mysql": "mysql", "mysql2": "mysql", "mariadb": "mariadb", "mssql": "sqlserver", "sqlserver": "sqlserver",
    "redis": "redis", "rediss": "redis", "mongodb": "mongodb", "mongo": "mongodb", "amqp": "rabbitmq",
    "amqps": "rabbitmq", "pyamqp": "rabbitmq", "kafka": "kafka", "memcached": "memcached", "nats": "nats",
    "elasticsearch": "elasticsearch", "clickhouse": "clickhouse", "neo4j": "neo4j", "bolt": "neo4j", "s3": "s3",
    "cockroachdb": "cockroachdb", "oracle": "oracle",
}  # fmt: skip

# Last part of an image name -> service (after `bitnami/`, `library/` and the like are cut off).
IMAGES: dict[str, str] = {
    "postgres": "postgres", "postgresql": "postgres", "postgis": "postgres", "pgvector": "postgres",
    "timescaledb": "postgres", "supabase-postgres": "postgres", "mysql": "mysql", "mysql-server": "mysql",
    "percona": "mysql", "mariadb": "mariadb", "redis": "redis", "redis-stack": "redis", "redis-stack-server": "redis",
    "valkey": "redis", "keydb": "redis", "dragonfly": "redis", "mongo": "mongodb", "mongodb": "mongodb",
    "mongodb-community-server": "mongodb", "rabbitmq": "rabbitmq", "kafka": "kafka", "cp-kafka": "kafka",
    "redpanda": "kafka", "elasticsearch": "elasticsearch", "opensearch": "opensearch", "memcached": "memcached",
    "minio": "s3", "localstack": "s3", "nats": "nats", "cassandra": "cassandra", "scylla": "cassandra",
    "neo4j": "neo4j", "clickhouse-server": "clickhouse", "influxdb": "influxdb", "qdrant": "qdrant",
    "weaviate": "weaviate", "meilisearch": "meilisearch", "typesense": "typesense", "cockroach": "cockroachdb",
    "dynamodb-local": "dynamodb", "elasticmq": "sqs", "vault": "vault", "etcd": "etcd",
}  # fmt: skip

# What only configuration or code says: (pattern over text, service). Case counts.
CODE_SIGNS: list[tuple[str, str]] = [
    (r"django\.(?:contrib\.gis\.)?db\.backends\.(postgres\w*|postgis)|dj_database_url.*postgres", "postgres"),
    (r"django\.db\.backends\.(mysql)", "mysql"),
    (r"django(?:_redis|\.core)\.cache(?:\.backends\.redis)?\.RedisCache|channels_redis\.", "redis"),
    (r"cache\.backends\.memcached", "memcached"),
    (
        r"(?:client|resource)\(\s*[\"']s3[\"']|storages\.backends\.s3|new (?:AWS\.)?S3(?:Client)?\(|s3\.New\w*\(",
        "s3",
    ),
    (r"(?:client|resource)\(\s*[\"']sqs[\"']", "sqs"),
    (r"(?:client|resource)\(\s*[\"']dynamodb[\"']", "dynamodb"),
    (r"Transport\.RMQ\b", "rabbitmq"),
    (r"Transport\.KAFKA\b", "kafka"),
    (r"Transport\.REDIS\b", "redis"),
    (r"Transport\.NATS\b", "nats"),
    (
        r"^\s*(?:provider\s*=|dialect:|type:|client:|adapter:|connection:)\s*[\"']?(?:postgres(?:ql)?|pg)[\"']?,?\s*$",
        "postgres",
    ),
    (r"^\s*(?:provider\s*=|dialect:|type:|client:|adapter:)\s*[\"']?mysql2?[\"']?,?\s*$", "mysql"),
    (r"^\s*(?:provider\s*=|dialect:|type:)\s*[\"']?mongodb[\"']?,?\s*$", "mongodb"),
]
