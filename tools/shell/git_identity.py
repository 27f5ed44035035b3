"""The configuration of git inside the sandbox: who commits, and nothing else of the person's own."""

import re
from pathlib import Path

_SECTION = re.compile(r"\s*\[\s*(?P<name>[A-Za-z0-9.-]+)\s*(?:\"[^\"]*\")?\s*\]")
_ENTRY = re.compile(r"\s*(?P<key>name|email)\s*=\s*(?P<value>[^\n]*)", re.IGNORECASE)


def global_configuration() -> bytes:
    """A `.gitconfig` with the person's name and address, for the owner of files may look foreign inside."""
    lines = ["[safe]", "\tdirectory = *"]
    user = _user()
    if user:
        lines += ["[user]", *(f"\t{key} = {value}" for key, value in sorted(user.items()))]
    return ("\n".join(lines) + "\n").encode()


def _user() -> dict[str, str]:
    found: dict[str, str] = {}
    for path in (Path.home() / ".config/git/config", Path.home() / ".gitconfig"):
        try:
            text = path.read_text(encoding="utf-8", errors="replace")
        except OSError:
            continue
        section = ""
        for line in text.split("\n"):
            if heading := _SECTION.match(line):
                section = heading["name"].lower()
            elif section == "user" and (entry := _ENTRY.fullmatch(line)):
                found[entry["key"].lower()] = entry["value"].strip().rstrip("\\")
    return found
