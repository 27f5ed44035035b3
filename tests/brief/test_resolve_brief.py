"""Detection under `devops.yaml` under arguments: what wins, and what it says when it cannot."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resources.catalogue import speaking
from tools.brief import Brief, dns_label
from tools.context import Deps
from tools.guard.errors import BriefError
from tools.guard.workspace import Workspace
from tools.project import Component, Project
from tools.resolve_brief import complete, merge, resolve_brief

DETECTED = Project(
    summary="",
    components=[Component(path=".", language="python", port=8000, evidence={"port": "app.py:3"})],
    existing=[],
    questions=[],
)


def test_an_override_wins_over_detection_and_becomes_its_evidence() -> None:
    brief = Brief.model_validate({"context": {"components": [{"path": ".", "port": 9000}]}})
    component = complete(brief, DETECTED, folder="shop", language="en").context.components[0]
    assert (component.port, component.language) == (9000, "python")
    assert component.evidence["port"] == "devops.yaml"


def test_a_component_that_detection_missed_is_added() -> None:
    brief = Brief.model_validate({"context": {"components": [{"path": "worker", "language": "go"}]}})
    resolved = complete(brief, DETECTED, folder="shop", language="en")
    assert [each.name for each in resolved.context.components] == ["shop", "worker"]


def test_arguments_win_over_the_file_field_by_field() -> None:
    below = {"service": "shop", "context": {"platform": {"provider": "aws", "region": "eu-west-3"}}}
    merged = merge(below, {"context": {"platform": {"region": "eu-west-1"}}})
    assert merged["context"]["platform"] == {"provider": "aws", "region": "eu-west-1"}
    assert below["context"] == {"platform": {"provider": "aws", "region": "eu-west-3"}}


@given(st.text(max_size=100))
def test_every_folder_gives_a_valid_service_name(folder: str) -> None:
    assert Brief(service=dns_label(folder)).service


async def test_a_misspelt_field_names_the_line_and_what_is_allowed(tmp_path: Path) -> None:
    (tmp_path / "devops.yaml").write_text("service: shop\ncontext:\n  plateform: {provider: aws}\n")
    deps = Deps(workspace=Workspace.at(tmp_path), language="en")
    with speaking("en"), pytest.raises(BriefError) as raised:
        await resolve_brief(deps, ".", {})
    assert "3" in str(raised.value)
    assert "plateform" in str(raised.value)
    assert "platform" in str(raised.value).replace("plateform", "")


async def test_a_wrong_argument_names_its_field(tmp_path: Path) -> None:
    deps = Deps(workspace=Workspace.at(tmp_path), language="en")
    with speaking("en"), pytest.raises(BriefError, match=r"context\.platform\.target"):
        await resolve_brief(deps, ".", {"context": {"platform": {"target": "mainframe"}}})
