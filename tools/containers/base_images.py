"""Base images: a tag that names a version, with its digest where the pair was seen."""

import re
from typing import Any

from resources.facts import read_facts

VERSION = re.compile(r"\d+(?:\.\d+){0,2}")


def base(name: str, version: str | None = None) -> str:
    """The reference of the image `name`, for `version` where the language has versions. Raises KeyError if unknown.

    A version that is no plain number (`lts`, `>=3`) gives the current one.
    """
    known: dict[str, Any] = read_facts("base_images")["images"][name]
    chosen = version if version is not None and VERSION.fullmatch(version) else known.get("default", "")
    tag = known["tag"].replace("{version}", chosen)
    digest = known.get("digests", {}).get(tag)
    return f"{known['image']}:{tag}" + (f"@{digest}" if digest else "")


def base_at(name: str, version: str) -> str:
    """The reference of the image `name` where `version` is known only when it is used: by tag alone."""
    known: dict[str, Any] = read_facts("base_images")["images"][name]
    return f"{known['image']}:{known['tag'].replace('{version}', version)}"


def tool_version(name: str) -> str:
    """The release of a build tool that images install by name and version."""
    return str(read_facts("base_images")["tools"][name])
