"""Pictures: the real Mermaid draws every one, and no text of a repository or a plan becomes markup."""

import re
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resources.catalogue import set_language
from tools.brief import Brief
from tools.delivery import Delivery, Estimate, File
from tools.pictures.architecture import architecture
from tools.pictures.blast_graph import MOST_NODES, blast_graph
from tools.pictures.cost_bars import cost_bars
from tools.pictures.draw import PictureError, can_draw, draw
from tools.pictures.flowchart import Edge, Flowchart, Node, escaped
from tools.pictures.overview import PATH, pictures, with_overview
from tools.pictures.pipeline_graph import pipeline_graph
from tools.terraform.risk_report import BlastRadius, Cost, PlanRisk, RiskReport, Summary

GOLDENS = Path(__file__).resolve().parents[1] / "golden"
HOSTILE = (
    '"] --> evil["x', "%%{init: {'theme': 'dark'}}%%", "---\nconfig:\n---", "<script>alert(1)</script>",
    "`markdown` **bold**", "a\nend\nb", "#quot;", "{{x}}", "click n1 href javascript:1", "\u202egnp",
)  # fmt: skip


@pytest.fixture(autouse=True)
def _english() -> None:
    set_language("en")


def _brief(name: str) -> Brief:
    return Brief.model_validate_json((GOLDENS / name / "brief.json").read_text())


def _report(**radius: object) -> RiskReport:
    risk = PlanRisk(
        rule="stateful_destroyed", level="critical", address="aws_db_instance.main", type="aws_db_instance", message="x"
    )
    blast = BlastRadius(
        changed=14, total=40, stateful_lost=["aws_db_instance.main"], types={"aws_db_instance": 1, "aws_subnet": 13},
        dependents=["aws_route53_record.db"], refers_to={"aws_route53_record.db": ["aws_db_instance.main"]},
    )  # fmt: skip
    return RiskReport(
        summary=Summary(create=13, destroy=1), verdict="dangerous", risks=[risk],
        blast_radius=blast.model_copy(update=radius), unknown=[], cost=Cost(label="", prices_of="2026-11", monthly_delta=None),
        escalations=[],
    )  # fmt: skip


@given(st.text(max_size=200) | st.sampled_from(HOSTILE))
def test_no_label_holds_a_sign_that_mermaid_takes_for_its_own(text: str) -> None:
    shown = escaped(text)
    assert not set(re.sub(r"#\d+;", "", shown)) & set('"%{}<>[]|`#;&\\\n\r*$^')


def test_the_architecture_leads_from_the_users_to_what_a_component_needs() -> None:
    text = architecture(_brief("pipelines/monorepo-kubernetes-eks"))
    assert 'subgraph g1["prod · kubernetes · shop · eu-west-1"]' in text
    assert '-->|"8000"|' in text
    assert '[("postgres")]' in text
    assert "Prometheus" not in text  # nothing of this brief watches


def test_a_brief_in_which_nothing_runs_has_no_architecture() -> None:
    assert architecture(_brief("pipelines/library-pdm-matrix")) == ""


def test_a_workflow_shows_what_waits_for_what_and_where_it_deploys() -> None:
    path = GOLDENS / "pipelines/fastapi-uv-ecs/expected/.github/workflows/delivery.yml"
    text = pipeline_graph(".github/workflows/delivery.yml", path.read_text())
    keys = dict(re.findall(r'(n\d+)\["([^"]+)"\]', text))
    edges = {(keys[a], keys[b]) for a, b in re.findall(r"(n\d+) --> (n\d+)", text)}
    assert any(end.endswith("→ prod") and start.endswith("→ staging") for start, end in edges)


def test_a_gitlab_pipeline_is_drawn_by_stages_with_its_manual_gates() -> None:
    text = pipeline_graph(".gitlab-ci.yml", (GOLDENS / "gitlab_ci/fastapi-uv-ecs/expected/.gitlab-ci.yml").read_text())
    assert [*re.findall(r'subgraph g\d+\["(\w+)"\]', text)][-2:] == ["deploy", "rollback"]
    assert re.search(r'\{\{"deploy-prod<br/>→ prod"\}\}', text)


@pytest.mark.parametrize("content", ["", "- a", "jobs: [", "jobs: {a: 1}", "a: &a [*a]", "jobs: {a: {needs: {x: 1}}}"])
def test_a_file_that_is_no_pipeline_is_not_drawn(content: str) -> None:
    text = pipeline_graph(".github/workflows/x.yml", content)
    assert text == "" or text.startswith("flowchart")


def test_a_plan_shows_what_is_lost_what_refers_to_it_and_the_rest_by_type() -> None:
    text = blast_graph(_report())
    assert '("aws_db_instance.main<br/>its data is lost")' in text.replace("[(", "(").replace(")]", ")")
    assert re.search(r"n2 -\.-> n3", text)
    assert '"13 × aws_subnet"' in text
    assert "class n1,n2 bad" in text


def test_a_plan_that_reaches_everywhere_stays_a_picture() -> None:
    lost = [f"aws_db_instance.d[{number}]" for number in range(500)]
    text = blast_graph(_report(stateful_lost=lost, types={f"t{number}": 3 for number in range(200)}))
    assert len(re.findall(r"^  n\d+[\[({]", text, re.MULTILINE)) <= 2 * MOST_NODES + 4
    assert re.search(r'"and \d+ more"', text)


def test_costs_that_nobody_knows_are_not_drawn() -> None:
    assert cost_bars([Estimate(environment="dev", currency="USD", prices_of="2026-11", monthly=None)]) == ""


def test_a_delivery_gets_a_page_with_every_picture() -> None:
    brief = _brief("pipelines/fastapi-uv-ecs")
    workflows = [
        File(path=str(path.relative_to(GOLDENS / "pipelines/fastapi-uv-ecs/expected")), content=path.read_text(), purpose="")
        for path in sorted((GOLDENS / "pipelines/fastapi-uv-ecs/expected").rglob("*.yml"))
    ]  # fmt: skip
    delivery = Delivery(
        files=workflows, estimates=[Estimate(environment="dev", currency="USD", prices_of="2026-11", monthly=12.0)]
    )
    page = with_overview(brief, delivery).files[-1]
    assert page.path == PATH
    assert page.content.count("```mermaid\n") == len(pictures(brief, delivery)) == len(workflows) + 2
    assert page.content.count("```") == 2 * page.content.count("```mermaid")
    assert with_overview(brief, Delivery()).files[-1].path == PATH  # the architecture alone


@pytest.mark.skipif(not can_draw(), reason="the Mermaid engine is not installed")
async def test_the_real_mermaid_draws_all_of_them() -> None:
    hostile = Flowchart(groups={"g": HOSTILE[0]})
    hostile.nodes = [Node(str(number), (text, text), group="g") for number, text in enumerate(HOSTILE)]
    hostile.edges = [Edge("0", str(number), text) for number, text in enumerate(HOSTILE)]
    costs = [
        Estimate(environment=name, currency="USD", prices_of="2026-11", monthly=amount)
        for name, amount in [("dev", 0.0), ("prod", 412.6)]
    ]
    texts = [
        hostile.text(),
        architecture(_brief("pipelines/services-and-databases")),
        pipeline_graph(".gitlab-ci.yml", (GOLDENS / "gitlab_ci/go-registry/expected/.gitlab-ci.yml").read_text()),
        blast_graph(_report()),
        cost_bars(costs),
    ]
    drawn = await draw(texts)
    for svg in drawn:
        assert ET.fromstring(svg).tag == "{http://www.w3.org/2000/svg}svg"
        assert "foreignObject" not in svg
        assert 'width="100%"' not in svg[:400]
        assert "<script" not in svg
    assert not re.search(r"href=.{0,20}javascript", drawn[0])
    assert "evil" in drawn[0]
    assert drawn[0].count('class="node default') == len(HOSTILE)


@pytest.mark.skipif(not can_draw(), reason="the Mermaid engine is not installed")
async def test_what_is_no_mermaid_is_said() -> None:
    with pytest.raises(PictureError, match="cannot be drawn"):
        await draw(["flowchart LR\n  a["])
