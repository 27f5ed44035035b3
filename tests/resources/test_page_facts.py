"""What the pages say agrees with the models, and their examples satisfy the field's own tools."""

import io
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any, get_args

import pytest
from ruamel.yaml import YAML

from resources.catalogue import LANGUAGES, Language
from resources.library import SHELVES, Kind, read_page
from tools.delivery import RECIPIENTS, Delivery, Escalation, Status

each_language = pytest.mark.parametrize("language", LANGUAGES)


def _yaml_blocks(kind: Kind, name: str, language: Language) -> list[Any]:
    bodies = re.findall(r"^```yaml\n(.*?)^```$", read_page(kind, name, language), re.MULTILINE | re.DOTALL)
    return [YAML(typ="safe").load(io.StringIO(body)) for body in bodies]


@each_language
def test_the_escalation_page_is_the_table_the_code_uses(language: Language) -> None:
    rows = re.findall(r"^\|[^|]+\| `(\w+)` \| `([\w-]+)`", read_page("protocols", "escalation", language), re.MULTILINE)
    assert dict(rows) == RECIPIENTS


@each_language
def test_the_example_of_an_escalation_is_one(language: Language) -> None:
    (example,) = _yaml_blocks("protocols", "escalation", language)
    escalation = Escalation.model_validate(example)
    assert escalation.to == RECIPIENTS[escalation.situation]
    assert set(example) == set(Escalation.model_fields)


@each_language
def test_the_statuses_page_names_every_status_and_no_other(language: Language) -> None:
    rows = re.findall(r"^\| [^|]+ \| `(\w+)` \|", read_page("protocols", "statuses", language), re.MULTILINE)
    assert tuple(rows) == get_args(Status)


@each_language
def test_the_response_format_names_fields_that_a_delivery_has(language: Language) -> None:
    rows = re.findall(r"^\| [^|]+ \| `(\w+)` \|", read_page("protocols", "response_format", language), re.MULTILINE)
    assert len(rows) == 7
    assert set(rows) <= set(Delivery.model_fields)


@each_language
def test_alerting_rules_pass_promtool(language: Language, tmp_path: Path) -> None:
    program = shutil.which("promtool")
    if program is None:
        pytest.skip("promtool is not installed")
    (rules,) = _yaml_blocks("standards", "monitoring_and_alerting", language)
    path = tmp_path / "rules.yml"
    with path.open("w", encoding="utf-8") as stream:
        YAML().dump(rules, stream)
    done = subprocess.run([program, "check", "rules", str(path)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@each_language
def test_workflow_examples_pass_actionlint_and_zizmor(language: Language, tmp_path: Path) -> None:
    programs = [shutil.which(name) for name in ("actionlint", "zizmor")]
    if None in programs:
        pytest.skip("actionlint and zizmor are not both installed")
    folder = tmp_path / ".github" / "workflows"
    folder.mkdir(parents=True)
    for name in SHELVES["standards"]:
        for number, block in enumerate(_yaml_blocks("standards", name, language)):
            if "jobs" in block:
                # A page shows the jobs; a name, a trigger and no default rights make them a workflow.
                whole = {"name": name, "on": {"push": {"branches": ["main"]}}, "permissions": {}, **block}
                with (folder / f"{name}-{number}.yml").open("w", encoding="utf-8") as stream:
                    YAML().dump(whole, stream)
    files = sorted(str(path) for path in folder.iterdir())
    assert len(files) == 2
    actionlint, zizmor = map(str, programs)
    for command in ([actionlint, *files], [zizmor, "--offline", "--no-progress", *files]):
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
