"""What must be in a source file for any detector to look closer. Plain byte strings: thousands of files are tried.

A pattern that searches code through `Tree.code` must have a sign here, or the files it is for are never read.
"""

# Few and short: each costs a pass over every source file. `://` stands for connection URLs.
_ANY = (b"://", b"health")
_PYTHON = (
    b"env", b"Settings", b"config(", b"__main__", b"App(", b"API(", b"Flask(", b"create_", b"Celery(", b"lication(",
    b"Litestar(", b"Starlette(", b"Quart(", b"Sanic(", b"backends.", b"client(", b"resource(",
)  # fmt: skip
_NODE = (
    b".env", b"$env/", b"onfig.get", b"Service.get", b"PORT", b"listen", b"serve(", b"Server(", b"postgres", b"mysql",
    b"S3", b"Transport.", b" = app", b"default app", b"port =",
)  # fmt: skip

SIGNS: dict[str, tuple[bytes, ...]] = {
    **dict.fromkeys((".py", ".pyi"), (*_PYTHON, *_ANY)),
    **dict.fromkeys(
        (".js", ".jsx", ".ts", ".tsx", ".mjs", ".cjs", ".mts", ".cts", ".vue", ".svelte", ".astro"),
        (*_NODE, *_ANY),
    ),
    ".go": (b"env", b"Env", b"Listen", b"Run(", b"s3.", *_ANY),
    **dict.fromkeys((".java", ".kt", ".kts", ".scala", ".groovy"), (b"env", b"${", b"ConfigProperty", *_ANY)),
    **dict.fromkeys((".rb", ".ru", ".rake", ".erb"), (b"ENV", *_ANY)),
    ".php": (b"env(", b"_ENV", b"_SERVER", *_ANY),
    ".rs": (b"env", b"var(", *_ANY),
    **dict.fromkeys((".cs", ".fs", ".vb"), (b"EnvironmentVariable", b"ConnectionString", b"uilder.Add", *_ANY)),
    **dict.fromkeys((".ex", ".exs"), (b"System.", *_ANY)),
}
"""Suffix -> signs. A file with another suffix (configuration) is always worth reading."""
