"""What of a Dockerfile only BuildKit understands, so that the builder is chosen and never guessed."""

import re

from resources.catalogue import _

# Instruction with its continuation lines; comments between them are dropped as Docker drops them.
_HEREDOC = re.compile(r"^\s*(RUN|COPY|ADD)\b[^#\n]*<<-?[\"']?[A-Za-z_]\w*", re.IGNORECASE | re.MULTILINE)
_FLAGS = re.compile(r"^\s*(?P<name>RUN|COPY|ADD|FROM)\s+(?P<flags>(?:--[a-z-]+(?:=\S+)?\s+)+)", re.IGNORECASE)
_SYNTAX = re.compile(r"^#\s*(syntax|check)\s*=\s*(\S+)", re.IGNORECASE)
_AUTOMATIC = re.compile(r"\$\{?(TARGET|BUILD)(PLATFORM|OS|ARCH|VARIANT)\b")
CLASSIC = {"RUN": set[str](), "COPY": {"chown", "from"}, "ADD": {"chown"}, "FROM": set[str]()}


def instructions(text: str) -> list[str]:
    """The instructions, each on one line, comments and blank lines left out."""
    found: list[str] = []
    pending = ""
    for line in text.splitlines():
        stripped = line.strip()
        if stripped.startswith("#") or not stripped:
            continue
        if stripped.endswith("\\"):
            pending += stripped[:-1] + " "
            continue
        found.append(pending + stripped)
        pending = ""
    return [*found, pending.strip()] if pending.strip() else found


def needs_buildkit(text: str) -> list[str]:
    """Why BuildKit is needed, in words; empty when the classic builder will do."""
    reasons: list[str] = []
    for line in text.splitlines():
        said = _SYNTAX.match(line.strip())
        if said is None and line.strip() and not re.match(r"#\s*\w+\s*=", line.strip()):
            break
        if said is not None and said[1].lower() == "syntax":
            reasons.append(_("its first lines name the syntax {name}", name=said[2]))
    if _HEREDOC.search(text):
        reasons.append(_("a here-document (<<)"))
    for instruction in instructions(text):
        flags = _FLAGS.match(instruction)
        if flags is None:
            continue
        name = flags["name"].upper()
        for flag in flags["flags"].split():
            word = flag[2:].partition("=")[0]
            if name == "FROM" and word == "platform" and not _AUTOMATIC.search(flag):
                continue
            if word not in CLASSIC[name]:
                reasons.append(f"{name} --{word}")
    return list(dict.fromkeys(reasons))
