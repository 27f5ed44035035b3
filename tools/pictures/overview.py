"""The page of a delivery that shows it: architecture, pipelines, cost, as Mermaid that code hosts draw themselves."""

from resources.catalogue import _
from resources.templates import render
from tools.brief import Brief
from tools.delivery import Delivery, File
from tools.guard.state import State
from tools.model import Model
from tools.pictures.architecture import architecture
from tools.pictures.blast_graph import blast_graph
from tools.pictures.cost_bars import cost_bars
from tools.pictures.pipeline_graph import is_pipeline, pipeline_graph
from tools.terraform.saved_plan import load, report_of

PATH = "docs/delivery.md"


class Picture(Model):
    """One picture with its title; `text` is Mermaid."""

    name: str
    title: str
    text: str


def pictures(brief: Brief, delivery: Delivery) -> list[Picture]:
    """Everything of a delivery that can be shown, the whole first."""
    found = [Picture(name="architecture", title=_("Architecture"), text=architecture(brief))]
    for file in delivery.files:
        if is_pipeline(file.path):
            name = file.path.rsplit("/", 1)[-1].removesuffix(".yml").removesuffix(".yaml").strip(".")
            text = pipeline_graph(file.path, file.content)
            found.append(Picture(name=f"pipeline-{name}", title=_("Pipeline {path}", path=file.path), text=text))
    found.append(Picture(name="costs", title=_("Cost"), text=cost_bars(delivery.estimates)))
    return [each for each in found if each.text]


def of_plan(state: State, plan_id: str) -> Picture:
    """How far the saved plan `plan_id` reaches. Blocking.

    Raises:
        NotFoundError: there is no such plan.
        PlanChangedError: its report is not the one that was written.
    """
    report = report_of(state, load(state, plan_id))
    return Picture(name=f"plan-{plan_id}", title=_("How far the plan reaches"), text=blast_graph(report))


def with_overview(brief: Brief, delivery: Delivery) -> Delivery:
    """`delivery` with the page that shows it; as it was when there is nothing to show."""
    found = pictures(brief, delivery)
    if not found:
        return delivery
    page = File(
        path=PATH,
        content=render("pictures/overview.md.j2", service=brief.name, pictures=found, delivery=delivery),
        purpose=_("Shows the architecture, the pipelines and what each environment costs."),
    )
    return delivery.model_copy(update={"files": [*delivery.files, page]})
