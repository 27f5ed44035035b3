"""Says by its name, and by what its default looks like, whether an environment variable is a secret."""

import re

_SECRET = re.compile(
    r"SECRET|PASSWORD|PASSWD|PASSPHRASE|(^|_)(PASS|PWD|PW)$|TOKEN|API_?KEY|APIKEY|PRIVATE_?KEY|CREDENTIAL|ACCESS_?KEY|"
    r"(ENCRYPTION|SIGNING|MASTER|AUTH|LICENSE|SERVICE|SSH|JWT|APP|COOKIE|SESSION|ACCOUNT|STORAGE|CRYPT\w*|DEPLOY)_?KEY$|"
    r"(^|_)KEY$|SALT$|PEPPER$|(^|_)DSN$|CONNECTION_?STRING|CONN_STR|WEBHOOK|CLIENT_KEY|HMAC|(^|_)OTP_SEED|"
    # A connection URL carries a password sooner or later.
    r"(DATABASE|DB|POSTGRES(QL)?|PG|MYSQL|MARIADB|MONGO(DB)?|REDIS|AMQP|RABBITMQ|BROKER|CELERY_BROKER|CACHE|SMTP|"
    r"CLOUDAMQP|REDISCLOUD|REDISTOGO|JAWSDB|CLEARDB|DIRECT|SHADOW_DATABASE|ELASTICSEARCH|MAILER)_?(URL|URI)$"
)
# Settings about a secret (how long, which algorithm, where) are not the secret.
_ABOUT = re.compile(
    r"(EXPIR\w*|TTL|LIFETIME|LENGTH|MINUTES|SECONDS|HOURS|DAYS|AGE|MAX|MIN|ENABLED?|DISABLED?|FILE|PATH|DIR|ALGORITHM|ALG|"
    r"ISSUER|AUDIENCE|NAME|TYPE|HEADER|PREFIX|SUFFIX|ROUNDS|URL|URI|ENDPOINT|HOST|PORT|COUNT|LIMIT|HASHERS?|VALIDATORS|"
    r"POLICY|REQUIRED|ARN|REGION|LOCATION|ROTATION|INTERVAL|LEEWAY|STRATEGY|VERSION|FIELD|BUCKET|ONLY|IN)$"
)
_PUBLIC = re.compile(
    # What a bundler compiles into the page is public by construction; publishable keys are meant to be.
    r"^(NEXT_PUBLIC|VITE|PUBLIC|REACT_APP|VUE_APP|NUXT_PUBLIC|EXPO_PUBLIC|GATSBY|NG_APP|STORYBOOK)_|PUBLISHABLE|"
    r"PUBLIC_?KEY|SITE_?KEY|(^|_)KEY_(ID|NAME)$|PRIMARY_KEY|SORT_KEY|PARTITION_KEY|IDEMPOTENCY|CACHE_KEY|KEYSPACE"
)
_WITH_CREDENTIALS = re.compile(
    r"://[^/\s:@]*:[^/\s@]+@|-----BEGIN|^(sk|pk|rk|ghp|gho|xox[abp]|AKIA|ya29|eyJ)[-_\w]{8,}"
)


def is_secret(name: str, default: str | None = None) -> bool:
    """Whether the value of `name` must never be written down."""
    upper = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).upper()
    if default is not None and _WITH_CREDENTIALS.search(default):
        return True
    if upper.endswith("ACCESS_KEY_ID"):  # half of a pair, and what scanners look for
        return True
    if _PUBLIC.search(upper):
        return False
    if not _SECRET.search(upper):
        return False
    if _ABOUT.search(upper):
        # DATABASE_URL and WEBHOOK_URL end like a setting, yet they are what must be kept.
        return bool(re.search(r"WEBHOOK", upper)) or bool(
            re.search(r"(URL|URI)$", upper) and not re.search(r"TOKEN|SECRET|API_?KEY|AUTH", upper)
        )
    return True
