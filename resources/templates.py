"""Renders the Jinja2 templates that generated files are made from; comments speak the ambient language."""

import json
import re
import textwrap
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from resources.catalogue import _
from resources.dockerfile_words import copied, shell
from resources.hcl_words import hcl

if TYPE_CHECKING:
    from jinja2 import Environment

FOLDER = Path(__file__).parent / "templates"
_PLAIN = re.compile(r"[A-Za-z_./](?:[A-Za-z0-9_./=-]| (?=[A-Za-z0-9_./=-]))*")
# Plain text around expressions neither begins with a YAML indicator nor ends as a key would.
_EXPRESSION = re.compile(r"(?:[\w./][\w./@:-]*)?(?:\$\{\{ [\w.\-| ]+ \}\}[\w./@:-]*)+(?<!:)")
_RESERVED = frozenset({"true", "false", "yes", "no", "on", "off", "null", "y", "n"})


def render(name: str, /, **values: object) -> str:
    """The template `name` filled with `values`. A value that is missing is a bug and raises."""
    return _environment().get_template(name).render(**values)


def render_chart(name: str, /, **values: object) -> str:
    """Like `render`, for files that are templates of Go themselves: here `[[ … ]]` is ours and `{{ … }}` is theirs."""
    return _chart_environment().get_template(name).render(**values)


def yaml_scalar(value: object) -> str:
    """`value` as a YAML scalar on one line, quoted unless it is plainly a word: nothing in it can end the scalar."""
    text = str(value)
    if _PLAIN.fullmatch(text) and text.lower() not in _RESERVED:
        return text
    if '"' in text and "'" not in text and text.isprintable():
        return f"'{text}'"  # a quoted shell word reads better without backslashes
    return json.dumps(text, ensure_ascii=False)


def quoted(value: object) -> str:
    """`value` as a string of YAML and JSON, whatever it looks like."""
    return json.dumps(str(value), ensure_ascii=False)


def yaml_expression(value: object) -> str:
    """Like `yaml_scalar`, for a value that may hold a workflow expression (`${{ … }}`), kept plain when it is one."""
    text = str(value)
    if _EXPRESSION.fullmatch(text) or text in {"true", "false"}:
        return text
    return yaml_scalar(text)


def yaml_block(value: object, indent: int) -> str:
    """A text of one line or several as a YAML scalar: plain lines stay readable in a literal block of their own."""
    text = str(value)
    if not all(line.isprintable() and line.strip() == line and line for line in text.split("\n")):
        return json.dumps(text, ensure_ascii=False)
    return "".join(["|-", *(f"\n{' ' * indent}{line}" for line in text.split("\n"))])


def wrapped(text: str, width: int) -> list[str]:
    """`text` in lines for a comment; words stay whole."""
    return textwrap.wrap(text, width, break_long_words=False, break_on_hyphens=False)


def told(text: str) -> str:
    """An alert's annotation as a person reads it outside Prometheus: what it fills in is named instead."""
    named = re.sub(r"\{\{ *\$labels\.(\w+) *\}\}", r"‹\1›", text)
    return re.sub(r"\{\{ *\$value[^}]*\}\}", "‹value›", named).replace("{{`{{`}}", "{{")


def cell(text: str) -> str:
    """`text` inside a table of Markdown: it can neither end the cell nor become markup."""
    return re.sub(r"([\\|`*_<>\[\]])", r"\\\1", text)


@cache
def _environment() -> "Environment":
    from jinja2 import Environment, FileSystemLoader, StrictUndefined  # noqa: PLC0415 - cold start

    environment = Environment(
        loader=FileSystemLoader(FOLDER),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        # HTML escaping has no place in YAML and shell: each value passes the filter of the language it lands in.
        autoescape=False,  # noqa: S701
    )
    environment.globals["_"] = _
    environment.filters["q"] = yaml_scalar
    environment.filters["quoted"] = quoted
    environment.filters["told"] = told
    environment.filters["cell"] = cell
    environment.filters["block"] = yaml_block
    environment.filters["wrapped"] = wrapped
    environment.filters["expression"] = yaml_expression
    environment.filters["copied"] = copied
    environment.filters["shell"] = shell
    environment.filters["hcl"] = hcl
    return environment


@cache
def _chart_environment() -> "Environment":
    return _environment().overlay(
        block_start_string="[%",
        block_end_string="%]",
        variable_start_string="[[",
        variable_end_string="]]",
        comment_start_string="[#",
        comment_end_string="#]",
    )
