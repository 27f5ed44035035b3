"""How each language reads environment variables: patterns with the groups `name` and, where there is one, `default`."""

import re
from dataclasses import dataclass

_N = r"(?P<name>[A-Za-z_][A-Za-z0-9_]*)"
_UP = r"(?P<name>[A-Z_][A-Z0-9_]*)"
# A literal default. Anything computed is no default that can be told.
_LITERAL = r"(?P<default>'[^'\n]*'|\"[^\"\n]*\"|`[^`$\n]*`|-?\d+(?:\.\d+)?|[Tt]rue|[Ff]alse)(?=\s*[,)\]};:\n|?]|\s*$)"


@dataclass(frozen=True)
class Reading:
    """The suffixes of a language's files, what must be in a file for it to matter, and what to look for."""

    suffixes: tuple[str, ...]
    needle: re.Pattern[bytes]
    patterns: tuple[re.Pattern[str], ...]
    prefix: str = ""
    """What the environment puts before the name that the code uses."""


def _reading(suffixes: str, needle: bytes, *patterns: str) -> Reading:
    return Reading(tuple(suffixes.split()), re.compile(needle), tuple(re.compile(p, re.MULTILINE) for p in patterns))


READINGS: tuple[Reading, ...] = (
    _reading(
        ".py .pyi",
        rb"environ|getenv|config\(|env\(|env\.|envvar",
        rf"\benviron\[\s*[\"']{_N}[\"']\s*\]",
        rf"\b(?:environ\.(?:get|pop|setdefault)|getenv|get_env|getenv_required)\(\s*[\"']{_N}[\"']"
        rf"(?:\s*,\s*(?:default\s*=\s*)?{_LITERAL})?",
        # python-decouple, starlette.config, environs, django-environ; upper case only: `config("key")` is common.
        rf"(?<![\w.])(?:config|env|decouple_config|_env)\(\s*[\"']{_UP}[\"']"
        rf"(?:\s*,\s*(?:cast\s*=\s*[\w.()]+\s*,\s*)?(?:default\s*=\s*)?{_LITERAL})?",
        r"(?<![\w.])env\.(?:str|bool|int|float|list|tuple|dict|json|url|db|db_url|cache|cache_url|email_url|path|search_url|"
        rf"log_level|timedelta|date|datetime|decimal|uuid|enum)\(\s*[\"']{_UP}[\"']"
        rf"(?:\s*,\s*(?:cast\s*=\s*[\w.()]+\s*,\s*)?(?:default\s*=\s*)?{_LITERAL})?",
        rf"\benvvar\s*=\s*[\"']{_UP}[\"']",
    ),
    _reading(
        ".js .jsx .ts .tsx .mjs .cjs .mts .cts .vue .svelte .astro",
        rb"process\.env|import\.meta\.env|\$env/|Deno\.env|Bun\.env|\b[cC]onfig(?:Service)?\.get|env\(|astro:env",
        rf"\b(?:process|Bun)\.env\.{_N}(?!\s*=(?!=))\b(?:\)?\s*(?:\|\||\?\?)\s*{_LITERAL})?",
        rf"\b(?:process|Bun)\.env\[\s*[\"'`]{_N}[\"'`]\s*\](?:\s*(?:\|\||\?\?)\s*{_LITERAL})?",
        rf"\bimport\.meta\.env(?:\.|\[\s*[\"'])(?P<name>[A-Z][A-Z0-9_]*)(?:\s*(?:\|\||\?\?)\s*{_LITERAL})?",
        rf"\bDeno\.env\.get\(\s*[\"']{_N}[\"']\s*\)(?:\s*(?:\|\||\?\?)\s*{_LITERAL})?",
        rf"\b(?:config|configService|ConfigService|this\.config)\.(?:get|getOrThrow)(?:<[^>\n]*>)?\(\s*[\"'`]{_UP}[\"'`]"
        rf"(?:\s*,\s*{_LITERAL})?",
    ),
    _reading(
        ".go",
        rb"os\.(?:Getenv|LookupEnv)|env:\"|envconfig:\"|BindEnv|[gG]et[eE]nv",
        rf"\bos\.(?:Getenv|LookupEnv)\(\s*\"{_N}\"\s*\)",
        # The helper every Go service writes: getEnv("PORT", "8080").
        rf"\b(?:[gG]et[eE]nv|[eE]nv[oO]r|getenvDefault|[mM]ust[A-Z]?\w*Env|getEnvOr\w*|[lL]ookupEnvOr\w*|mustMapEnv)\w*"
        rf"\([^\"\n()]*\"{_UP}\"\s*(?:,\s*{_LITERAL})?",
        rf"`[^`\n]*\benv(?:config)?:\"{_UP}[^\"\n]*\"(?:[^`\n]*\b(?:envDefault|default|env-default):(?P<default>\"[^\"\n]*\"))?",
        rf"\bBindEnv\(\s*(?:\"[^\"\n]*\"\s*,\s*)?\"{_UP}\"",
    ),
    _reading(
        ".java .kt .kts .scala .groovy",
        rb"getenv|\$\{[A-Z]|ConfigProperty|sys\.env|dotenv",
        rf"\bSystem\.getenv\(\s*\"{_N}\"\s*\)(?:\s*\?:\s*{_LITERAL})?",
        rf"\bSystem\.getenv\(\)\.get(?:OrDefault)?\(\s*\"{_N}\"(?:\s*,\s*{_LITERAL})?",
        rf"\bsys\.env(?:\.get|\.getOrElse)?\(\s*\"{_N}\"(?:\s*,\s*{_LITERAL})?",
        rf"\"[^\"\n]*\$\{{{_UP}(?::(?P<default>[^}}\"\n]*))?\}}",
    ),
    _reading(
        ".properties application.yml application.yaml bootstrap.yml application.conf reference.conf "
        "-prod.yml -production.yml -docker.yml -mysql.yml -postgres.yml -default.yml",
        rb"\$\{\??[A-Z]",
        rf"\$\{{\??{_UP}(?::(?P<default>[^}}\n]*))?\}}",
    ),
    _reading(
        ".rb .ru .rake .erb database.yml",
        rb"ENV\b",
        rf"\bENV\[\s*[\"']{_N}[\"']\s*\](?:\s*\|\|\s*{_LITERAL})?",
        rf"\bENV\.fetch\(?\s*[\"']{_N}[\"'](?:(?:\s*,|\s*\)?\s*\{{)\s*{_LITERAL})?",
    ),
    _reading(
        ".php",
        rb"env\(|\$_ENV|\$_SERVER",
        rf"(?<![\w>$])(?:env|getenv)\(\s*[\"']{_N}[\"'](?:\s*,\s*{_LITERAL})?",
        rf"\$_ENV\[\s*[\"']{_N}[\"']\s*\](?:\s*\?\?\s*{_LITERAL})?",
    ),
    _reading(
        "services.yaml doctrine.yaml framework.yaml messenger.yaml mailer.yaml", rb"%env\(", rf"%env\((?:\w+:)*{_UP}\)%"
    ),
    _reading(
        ".rs",
        rb"env!|var\(|var_os\(|env\s*=",
        rf"\b(?:env::var|env::var_os|dotenvy?::var|dotenv::var)\(\s*\"{_N}\"\s*\)"
        rf"(?:\s*\.unwrap_or(?:_else)?\(\s*(?:\|_\|\s*)?(?P<default>\"[^\"\n]*\"))?",
        rf"\benv!\(\s*\"(?!CARGO_){_N}\"",
        rf"#\[(?:arg|clap|structopt)\([^\]\n]*\benv\s*=\s*\"{_UP}\"(?:[^\]\n]*default_value\s*=\s*(?P<default>\"[^\"\n]*\"))?",
    ),
    _reading(
        ".cs .fs .vb",
        rb"GetEnvironmentVariable",
        rf"\bGetEnvironmentVariable\(\s*\"{_N}\"\s*\)(?:\s*\?\?\s*{_LITERAL})?",
    ),
    Reading(
        # .NET reads the connection string `shop` from ConnectionStrings__shop; Aspire's clients name theirs too.
        (".cs", ".fs", ".vb"),
        re.compile(
            rb"GetConnectionString|AddNpgsql|AddRedis|AddSqlServer|AddMySql|AddMongo|AddRabbitMQ|AddAzure|AddKafka"
        ),
        (
            re.compile(rf"\bGetConnectionString\(\s*\"{_N}\""),
            re.compile(
                r"\b[bB]uilder\.Add(?:Npgsql|Redis|StackExchangeRedis|SqlServer|MySql|Mongo|RabbitMQ|Azure|Kafka)\w*(?:<[^<>\n]*>)?"
                rf"\(\s*\"{_N}\""
            ),
        ),
        "ConnectionStrings__",
    ),
    Reading(
        # And those that its settings give for a workstation: in production the variable wins over the file.
        ("appsettings.json",),
        re.compile(rb"\"ConnectionStrings\""),
        (re.compile(rf"\"{_N}\"\s*:\s*\"[^\"\n]*\b(?:Host|Server|Data Source)\s*=[^\"\n]*\""),),
        "ConnectionStrings__",
    ),
    _reading(
        ".ex .exs",
        rb"System\.",
        rf"\bSystem\.(?:get_env|fetch_env!?)\(\s*\"{_N}\"(?:(?:\s*,|\s*\)\s*\|\|)\s*{_LITERAL})?",
    ),
    _reading(
        ".prisma",
        rb"env\(",
        rf"\benv\(\s*\"{_N}\"\s*\)",
    ),
)
