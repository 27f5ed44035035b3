"""What an image turned out to be: layers and the instruction that made each, its user, what would shrink it."""

import re
from typing import Any

from pydantic import Field

from resources.catalogue import _
from tools.model import Model

LARGE_LAYER = 50_000_000  # bytes
LARGE_IMAGE = 1_000_000_000
_MADE_BY = re.compile(r"^(RUN )?(/bin/sh -c (#\(nop\)\s*)?|\|\d+ (\S+=\S* )*/bin/sh -c )|\s*# buildkit$")
_APT = re.compile(r"apt(-get)? (-\S+ )*install")
_PIP = re.compile(r"\bpip3? install")
_NPM = re.compile(r"\bnpm (ci|install|i)\b|\byarn install\b|\bpnpm (i|install)\b")


class Layer(Model):
    """One layer; `size` in bytes."""

    instruction: str
    size: int


class ImageReport(Model):
    """An image as the engine knows it."""

    id: str = Field(description="sha256 of the configuration.")
    digest: str | None = Field(default=None, description="Digest in the registry; null until pushed.")
    tags: list[str]
    size: int = Field(description="Bytes, all layers.")
    created: str
    platform: str
    user: str = Field(description="Empty means root.")
    exposed_ports: list[str]
    entrypoint: list[str]
    command: list[str]
    healthcheck: bool
    labels: dict[str, str]
    layers: list[Layer] = Field(description="Base first; those without content left out.")
    advice: list[str] = Field(description="What would shrink or harden it.")


def image_report(inspected: dict[str, Any], history: list[dict[str, Any]]) -> ImageReport:
    """`docker image inspect` and `docker history` as a report; pure."""
    config = inspected.get("Config") or {}
    digests = inspected.get("RepoDigests") or []
    layers = [
        Layer(instruction=_instruction(str(each.get("CreatedBy") or "")), size=int(each.get("Size") or 0))
        for each in reversed(history)
        if each.get("Size")
    ]
    platform = "/".join(str(inspected[key]) for key in ("Os", "Architecture", "Variant") if inspected.get(key))
    return ImageReport(
        id=str(inspected["Id"]),
        digest=str(digests[0]).partition("@")[2] or None if digests else None,
        tags=sorted(inspected.get("RepoTags") or []),
        size=int(inspected.get("Size") or 0),
        created=str(inspected.get("Created") or ""),
        platform=platform,
        user=str(config.get("User") or ""),
        exposed_ports=sorted(config.get("ExposedPorts") or {}),
        entrypoint=list(config.get("Entrypoint") or []),
        command=list(config.get("Cmd") or []),
        healthcheck=bool((config.get("Healthcheck") or {}).get("Test")),
        labels=dict(sorted((config.get("Labels") or {}).items())),
        layers=layers,
        advice=_advice(layers, config, int(inspected.get("Size") or 0)),
    )


def _instruction(made_by: str) -> str:
    text = _MADE_BY.sub("", made_by.strip())
    text = _MADE_BY.sub("", text).strip()
    word = text.split(" ", 1)[0]
    return text if word.isupper() and word.isalpha() else f"RUN {text}"


def _advice(layers: list[Layer], config: dict[str, Any], size: int) -> list[str]:
    told: list[str] = []
    if str(config.get("User") or "0").split(":")[0] in {"", "0", "root"}:
        told.append(_("It runs as root: add USER with a number, such as 10001."))
    if not (config.get("Healthcheck") or {}).get("Test"):
        told.append(_("It has no HEALTHCHECK: what runs it must probe it from outside."))
    for each in layers:
        megabytes = each.size // 1_000_000
        if each.size < LARGE_LAYER:
            continue
        if _APT.search(each.instruction) and "/var/lib/apt/lists" not in each.instruction:
            told.append(_("{size} MB of apt: --no-install-recommends, and remove /var/lib/apt/lists in the same RUN.",
                          size=megabytes))  # fmt: skip
        elif _PIP.search(each.instruction) and "--no-cache-dir" not in each.instruction:
            told.append(_("{size} MB of pip: --no-cache-dir, or a cache mount.", size=megabytes))
        elif _NPM.search(each.instruction):
            told.append(_("{size} MB of npm: build in a stage of its own, copy only what production needs.",
                          size=megabytes))  # fmt: skip
        elif each.instruction.startswith("COPY . "):
            told.append(_("{size} MB copied with `COPY .`: name what is needed, or ignore more.", size=megabytes))
    changed = [each for each in layers if re.search(r"\bchown -R|\bchmod -R", each.instruction)]
    if any(each.size > LARGE_LAYER // 10 for each in changed):
        told.append(_("A recursive chown or chmod copies every file again: use COPY --chown or --chmod."))
    if size > LARGE_IMAGE:
        told.append(_("More than 1 GB: is the build's own tooling in the last stage?"))
    return told
