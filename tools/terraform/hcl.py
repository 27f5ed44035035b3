"""Reads Terraform's files: collects them, hands them to a worker process that may be killed, and returns blocks."""

import asyncio
import codecs
import json
import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from resources.catalogue import _
from tools.guard.errors import ProcessTimeoutError
from tools.guard.process import run

ENDINGS = (".tf", ".tofu", ".tf.json", ".tofu.json", ".tfvars", ".tfvars.json")
LOCK = ".terraform.lock.hcl"
LARGEST = 2_000_000
MOST_FILES = 5_000
SECONDS = 60.0
ALONE = 15.0
_SKIPPED = frozenset({".terraform", ".git", "node_modules", ".venv", "venv", "__pycache__", ".terragrunt-cache"})
_WORKER = Path(__file__).with_name("hcl_worker.py")
_OUTPUT = 400_000_000
_SHARE = 100
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


@dataclass(frozen=True, slots=True)
class Expression:
    """Something whose value the file alone does not say."""

    text: str


@dataclass(frozen=True, slots=True)
class Block:
    """One block: `type "label" "label" { … }`."""

    type: str
    labels: tuple[str, ...]
    file: str
    line: int | None
    attributes: dict[str, Any]
    """Literals as Python values, everything else as an `Expression`."""
    lines: dict[str, int | None]
    blocks: tuple["Block", ...]

    def inner(self, kind: str) -> list["Block"]:
        """The nested blocks of one type."""
        return [each for each in self.blocks if each.type == kind]

    def literal(self, name: str) -> str | None:
        """The attribute when it is a literal string."""
        found = self.attributes.get(name)
        return found if isinstance(found, str) else None

    def values(self) -> dict[str, Any]:
        """What is literal, in the shape of a plan's values: a nested block is a list of objects."""
        found = {name: _literal(each) for name, each in self.attributes.items() if not isinstance(each, Expression)}
        for block in self.blocks:
            name, body = block.type, block
            if block.type == "dynamic" and block.labels:
                name = block.labels[0]
                body = next(iter(block.inner("content")), block)
            if not isinstance(found.setdefault(name, []), list):
                continue
            found[name].append(body.values())
        return found


@dataclass(frozen=True, slots=True)
class Broken:
    """A file that could not be read."""

    path: str
    line: int | None
    reason: str


@dataclass
class Sources:
    """Everything the files say."""

    files: list[str] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)
    variables: dict[str, dict[str, tuple[Any, int | None]]] = field(default_factory=dict)
    """Of each `.tfvars` file: name to value and line."""
    locks: list[Block] = field(default_factory=list)
    broken: list[Broken] = field(default_factory=list)
    left_out: int = 0


async def read_sources(root: Path, folder: Path) -> Sources:
    """Every Terraform file under `folder`; paths are relative to `root`."""
    found = Sources()
    texts: list[dict[str, str]] = []
    for path in await asyncio.to_thread(lambda: list(_files(folder, root.resolve()))):
        if len(texts) >= MOST_FILES:
            found.left_out += 1
            continue
        name = path.relative_to(root).as_posix()
        found.files.append(name)
        text = await asyncio.to_thread(_text, path)
        if isinstance(text, str):
            texts.append({"path": name, "text": text})
        else:
            found.broken.append(Broken(name, None, text[0]))
    shares = [texts[at::workers] for workers in (_workers(len(texts)),) for at in range(workers)]
    answers = [each for share in await asyncio.gather(*map(_ask, shares)) for each in share]
    for answer in sorted(answers, key=lambda each: str(each["path"])):
        _take(found, answer)
    return found


def _workers(count: int) -> int:
    return max(1, min(os.cpu_count() or 1, 4, count // _SHARE))


def _files(folder: Path, root: Path) -> Iterator[Path]:
    """Links count where they stay in `root`: terraform reads them like any other file."""
    for parent, folders, names in os.walk(folder, followlinks=False):
        folders[:] = sorted(each for each in folders if each not in _SKIPPED)
        for name in sorted(names):
            path = Path(parent, name)
            if not (name.endswith(ENDINGS) or name == LOCK) or not path.is_file():
                continue
            if not path.is_symlink() or path.resolve().is_relative_to(root):
                yield path


def _text(path: Path) -> str | tuple[str]:
    """The text of a file, its byte order mark dropped; or a reason, in a tuple of its own, why there is none."""
    try:
        with path.open("rb") as stream:
            data = stream.read(LARGEST + 1)
    except OSError as error:
        return (_("It cannot be opened: {reason}.", reason=error.strerror or "?"),)
    if len(data) > LARGEST:
        return (_("It is larger than {size} bytes.", size=LARGEST),)
    encoding = next((name for mark, name in _BOMS if data.startswith(mark)), "utf-8")
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return (_("It is not text in UTF-8."),)


async def _ask(files: Sequence[dict[str, str]]) -> list[dict[str, Any]]:
    """The worker's answers. One that hangs or dies costs its files a process of their own, and no other file."""
    if not files:
        return []
    given = json.dumps(files).encode()
    alone = len(files) == 1
    try:
        done = await run(
            [sys.executable, "-I", str(_WORKER)],
            cwd=_WORKER.parent,
            stdin=given,
            timeout=ALONE if alone else SECONDS,
            output_limit=_OUTPUT,
        )
    except ProcessTimeoutError:
        if alone:
            return [{"path": files[0]["path"], "error": {"line": None, "code": "too_slow"}}]
        answers: list[dict[str, Any]] = []
    else:
        answers = [json.loads(line) for line in done.stdout.splitlines() if line.endswith("}")]
    told = {each["path"] for each in answers}
    missing = [each for each in files if each["path"] not in told]
    if alone and missing:
        return [{"path": files[0]["path"], "error": {"line": None, "code": "crash"}}]
    for each in missing:
        answers += await _ask([each])
    return answers


def _take(found: Sources, answer: dict[str, Any]) -> None:
    path = str(answer["path"])
    error = answer.get("error")
    if error:
        found.broken.append(Broken(path, error.get("line"), _reason(error)))
        return
    if path.endswith((".tfvars", ".tfvars.json")):
        attributes = answer.get("attributes", {})
        found.variables[path] = {name: (_decoded(each), line) for name, (each, line) in attributes.items()}
        return
    blocks = [_block(each, path) for each in answer["blocks"]]
    (found.locks if path.endswith(LOCK) else found.blocks).extend(blocks)


def _reason(error: dict[str, Any]) -> str:
    near = str(error.get("near") or "")
    code = error.get("code")
    if code == "too_deep":
        return _("It is nested deeper than people write; it was not read.")
    if code in {"too_slow", "too_large"}:
        return _("It takes more time or memory to read than a file may.")
    if code == "crash":
        return _("The parser crashed on it.")
    if code == "json":
        return _("This is not valid JSON: {reason}.", reason=near or "?")
    return _("Syntax error near: {text}", text=near) if near else _("Syntax error.")


def _block(found: dict[str, Any], path: str) -> Block:
    return Block(
        type=found["t"],
        labels=tuple(str(each) for each in found["l"]),
        file=path,
        line=found["n"],
        attributes={name: _decoded(each) for name, (each, _line) in found["a"].items()},
        lines={name: line for name, (_each, line) in found["a"].items()},
        blocks=tuple(_block(each, path) for each in found["b"]),
    )


def _decoded(found: Any) -> Any:  # noqa: ANN401 - a value of the file
    if isinstance(found, dict):
        if found.keys() == {"$"}:
            return Expression(str(found["$"]))
        return {name: _decoded(each) for name, each in found.items()}
    return [_decoded(each) for each in found] if isinstance(found, list) else found


def _literal(found: Any) -> Any:  # noqa: ANN401 - a value of the file
    if isinstance(found, dict):
        return {name: _literal(each) for name, each in found.items() if not isinstance(each, Expression)}
    if isinstance(found, list):
        return [_literal(each) for each in found if not isinstance(each, Expression)]
    return found
