"""The packages inside an image, read from the databases its package managers left, without running it."""

import json
import posixpath
import re
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.parser import HeaderParser
from io import BytesIO
from typing import IO, Any

LARGEST = 20_000_000  # bytes of one database; Debian's largest is a few
MOST_KEPT = 200_000_000  # bytes in all
SMALL = 4_000_000
NAME_OF_A_LICENCE = 80  # characters; some packages put the whole text where its name belongs
WHITEOUT, OPAQUE = ".wh.", ".wh..wh..opq"
_DPKG = re.compile(r"var/lib/dpkg/status(\.d/[^/]+)?")
_APK = re.compile(r"(usr/)?lib/apk/db/installed")
_PYTHON = re.compile(r".*\.dist-info/METADATA|.*\.egg-info/PKG-INFO")
_NODE = re.compile(r"(.*/)?node_modules/(@[^/]+/)?[^/]+/package\.json")
_RELEASE = re.compile(r"(etc|usr/lib)/os-release")
_RPM = re.compile(r"(var|usr)/lib/(sysimage/)?rpm/.*")


@dataclass(frozen=True)
class Package:
    """One package. `kind` is its purl type: deb, apk, pypi or npm."""

    kind: str
    name: str
    version: str
    licence: str | None = None
    architecture: str | None = None


@dataclass(frozen=True)
class Inside:
    """What an image holds, and what could not be read of it."""

    packages: tuple[Package, ...]
    distribution: str | None
    release: str | None
    not_read: tuple[str, ...]


@dataclass
class _Layer:
    files: dict[str, bytes] = field(default_factory=dict)
    removed: set[str] = field(default_factory=set)
    emptied: set[str] = field(default_factory=set)
    rpm: bool = False
    cut: bool = False
    linked: bool = False
    broken: bool = False


def packages(archive: IO[bytes]) -> Inside:
    """The packages of the image in `archive`, a stream of `docker save`; only databases are kept in memory.

    What cannot be read (a compression Python does not know, a layout without manifest.json) is said in `not_read`.
    Blocking. Raises tarfile.TarError when the stream is no archive.
    """
    layers: dict[str, _Layer] = {}
    links: dict[str, str] = {}  # older engines store a layer that comes twice as a link
    order: list[str] = []
    room = MOST_KEPT
    with tarfile.open(fileobj=archive, mode="r|*") as outer:
        for member in outer:
            stream = outer.extractfile(member) if member.isfile() else None
            if member.issym():
                links[member.name] = posixpath.normpath(f"{posixpath.dirname(member.name)}/{member.linkname}")
            if stream is None:
                continue
            if member.name == "manifest.json":
                order = [str(each) for each in json.loads(stream.read(SMALL))[0]["Layers"]]
            elif member.name.endswith(".tar") or "blobs/" in member.name:
                layer = _layer(stream, member.size, room)
                if layer is not None:
                    room -= sum(len(each) for each in layer.files.values())
                    layers[member.name] = layer
    absent = _Layer(broken=True)
    return _inside([layers.get(links.get(name, name), absent) for name in order] or [absent])


def _layer(stream: IO[bytes], size: int, room: int) -> _Layer | None:
    if size <= SMALL:
        data = stream.read()
        if data[:1] == b"{":
            return None  # a manifest or the image's configuration
        stream = BytesIO(data)
    layer = _Layer()
    try:
        with tarfile.open(fileobj=stream, mode="r|*") as inner:
            for member in inner:
                room = _take(inner, member, layer, room)
    except tarfile.ReadError:
        layer.broken = True
    return layer


def _take(inner: tarfile.TarFile, member: tarfile.TarInfo, layer: _Layer, room: int) -> int:
    path = posixpath.normpath("/" + member.name).lstrip("/")
    folder, name = posixpath.split(path)
    if name == OPAQUE:
        layer.emptied.add(folder)
    elif name.startswith(WHITEOUT):
        layer.removed.add(posixpath.join(folder, name.removeprefix(WHITEOUT)))
    elif _RPM.fullmatch(path):
        layer.rpm = True
    elif not any(each.fullmatch(path) for each in (_DPKG, _APK, _PYTHON, _NODE, _RELEASE)):
        if not member.isdir() and not member.isfile():
            layer.removed.add(path)  # a link in the place of a folder hides what that held
    elif member.islnk():
        # pnpm and uv link into their store; its files have names that say nothing.
        first = layer.files.get(posixpath.normpath("/" + member.linkname).lstrip("/"))
        layer.linked = layer.linked or first is None
        if first is not None:
            layer.files[path] = first
    elif member.isfile():
        if member.size > min(LARGEST, room):
            layer.cut = True
            return room
        content = inner.extractfile(member)
        layer.files[path] = content.read() if content else b""
        return room - member.size
    return room


def _inside(layers: list[_Layer]) -> Inside:
    files: dict[str, bytes] = {}
    for layer in layers:
        files = {path: content for path, content in files.items() if not _hidden(path, layer)} | layer.files
    release = _release(files)
    found: set[Package] = set()
    for path, content in files.items():
        read = _read(path, content.decode("utf-8", errors="replace"))
        found |= {each for each in read if each.name.rpartition("/")[2].strip() and each.version.strip()}
    missing = ["rpm"] if any(each.rpm for each in layers) else []
    missing += ["databases beyond the size limit"] if any(each.cut for each in layers) else []
    missing += ["packages linked into a store"] if any(each.linked for each in layers) else []
    missing += ["layers that could not be unpacked"] if any(each.broken for each in layers) else []
    ordered = sorted(found, key=lambda each: (each.kind, each.name, each.version, each.licence or ""))
    return Inside(tuple(ordered), release.get("ID"), release.get("VERSION_ID"), tuple(missing))


def _hidden(path: str, layer: _Layer) -> bool:
    above = path
    while above:
        if above in layer.removed:
            return True
        above = posixpath.dirname(above)
        if above in layer.emptied:
            return True
    return False


def _release(files: dict[str, bytes]) -> dict[str, str]:
    text = (files.get("etc/os-release") or files.get("usr/lib/os-release") or b"").decode("utf-8", errors="replace")
    return {key: value.strip("\"'") for key, _, value in (line.partition("=") for line in text.splitlines())}


def _read(path: str, text: str) -> Iterator[Package]:
    if _DPKG.fullmatch(path):
        for paragraph in re.split(r"\n\s*\n", text):
            said = HeaderParser().parsestr(paragraph.lstrip())
            installed = str(said.get("Status", "install ok installed")).endswith(" installed")
            if installed and said["Package"] and said["Version"]:
                yield Package("deb", said["Package"], said["Version"], architecture=said["Architecture"])
    elif _APK.fullmatch(path):
        for paragraph in text.split("\n\n"):
            lines = dict(line.split(":", 1) for line in paragraph.splitlines() if ":" in line)
            if "P" in lines and "V" in lines:
                yield Package("apk", lines["P"], lines["V"], lines.get("L"), lines.get("A"))
    elif _PYTHON.fullmatch(path):
        said = HeaderParser().parsestr(text)
        if said["Name"] and said["Version"]:
            licence = said["License-Expression"] or said["License"]
            short = licence if licence and len(licence) <= NAME_OF_A_LICENCE and licence != "UNKNOWN" else None
            yield Package("pypi", said["Name"].lower().replace("_", "-"), said["Version"], short)
    elif _NODE.fullmatch(path):
        yield from _node(text)


def _node(text: str) -> Iterator[Package]:
    try:
        said: Any = json.loads(text)
    except (ValueError, RecursionError):
        return
    name, version = (said.get("name"), said.get("version")) if isinstance(said, dict) else (None, None)
    if isinstance(name, str) and isinstance(version, str):
        licence = said.get("license")
        yield Package("npm", name, version, licence if isinstance(licence, str) else None)
