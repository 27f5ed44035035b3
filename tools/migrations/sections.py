"""Which part of a migration goes forward, and whether there is one that goes back."""

import re

# A file that says both: the mark after which it goes back.
_BACK = {
    "goose": re.compile(r"^[ \t]*--\s*\+goose\s+Down\b.*$", re.MULTILINE | re.IGNORECASE),
    "dbmate": re.compile(r"^[ \t]*--\s*migrate:down\b.*$", re.MULTILINE | re.IGNORECASE),
    "liquibase": re.compile(r"^[ \t]*--\s*rollback\b.*$", re.MULTILINE | re.IGNORECASE),
    "ruby": re.compile(r"^[ \t]*def (?:self\.)?down\b", re.MULTILINE),
    "elixir": re.compile(r"^[ \t]*def down\b", re.MULTILINE),
    "php": re.compile(r"^[ \t]*public function down\s*\(", re.MULTILINE),
    "csharp": re.compile(r"^[ \t]*protected override void Down\s*\(", re.MULTILINE),
    "javascript": re.compile(r"^[ \t]*(?:public\s+)?(?:async\s+)?down\s*[(:=]|^[ \t]*(?:module\.)?exports\.down\b|"
                             r"^[ \t]*export\s+(?:async\s+)?(?:function|const)\s+down\b", re.MULTILINE),
}  # fmt: skip
_FORTH = {
    "ruby": re.compile(r"^[ \t]*def (?:self\.)?(?:up|change)\b", re.MULTILINE),
    "elixir": re.compile(r"^[ \t]*def (?:up|change)\b", re.MULTILINE),
}
_EMPTY = re.compile(
    r"\b(?:pass|raise|throw|return|IrreversibleMigration|NotImplemented\w*|down|async|function|public|void|def|do|end)\b|\W"
)


def forward(text: str, language: str) -> tuple[str, bool]:
    """`text` with what goes back made blank, its lines kept; and whether anything goes back."""
    mark = _BACK[language].search(text)
    if mark is None:
        automatic = language in {"ruby", "elixir"} and re.search(r"^[ \t]*def change\b", text, re.MULTILINE) is not None
        return text, automatic
    rest = text[mark.start() :]
    up = _FORTH[language].search(rest) if language in _FORTH else None
    end = mark.start() + (up.start() if up else len(rest))
    back = text[mark.end() : end]
    blank = "".join("\n" if char == "\n" else " " for char in text[mark.start() : end])
    return text[: mark.start()] + blank + text[end:], bool(_EMPTY.sub("", back))
