"""What a pipeline is made for: the components of a brief, cleaned and named, and what must be asked."""

from resources.catalogue import _
from tools.brief import Brief, dns_label
from tools.pipelines import image, safe_text, stages
from tools.pipelines.package import is_packed
from tools.pipelines.release import can_publish
from tools.pipelines.services import services_of
from tools.pipelines.setup.registry import SETUPS
from tools.project import Component, Question


def prepared(brief: Brief) -> tuple[list[Component], list[Question]]:
    """The components a pipeline can be made for, each with a name of its own, and what must be asked."""
    questions: list[Question] = []
    components: list[Component] = []
    for component in brief.context.components:
        cleaned, doubts = safe_text.clean(component)
        questions += doubts
        if cleaned.language in SETUPS:
            taken = {each.name for each in components}
            components.append(cleaned.model_copy(update={"name": _unique(cleaned, brief, taken)}))
            questions += _doubts(cleaned, brief)
        else:
            text = _("No pipeline can be made for the language {language} yet.", language=cleaned.language or "?")
            questions.append(Question(component=cleaned.path, field="language", question=text))
    return components, questions


def _unique(component: Component, brief: Brief, taken: set[str | None]) -> str:
    """A name for files, jobs and images that no other component has: two folders may be called alike."""
    name = dns_label(component.name or brief.name)
    if name in taken:
        name = dns_label(component.path)
    base, number = name, 2
    while name in taken:
        name, number = f"{base[:58]}-{number}", number + 1
    return name


def _doubts(component: Component, brief: Brief) -> list[Question]:
    questions = [
        Question(
            component=component.path,
            field="needs",
            question=_("How do the tests reach {service}? No service container is known for it.", service=need),
        )
        for need in component.needs
        if need not in services_of(component) and component.test_command
    ]
    if component.publish is not None and not (brief.context.pipeline == "github_actions" and can_publish(component)):
        text = _(
            "How is {name} published? A release is made of Python packages with a build_command, by GitHub Actions.",
            name=component.name,
        )
        questions.append(Question(component=component.path, field="publish", question=text))
    if not has_jobs(brief, component):
        text = _("How is it installed, tested and built? No command was found, so no workflow was made for it.")
        questions.append(Question(component=component.path, field="test_command", question=text))
    if is_packed(brief) and component.language not in {"python", "node"}:
        text = _("A function is packed of Python or Node; what runs this component?")
        questions.append(Question(component=component.path, field="language", question=text))
    builds = image.delivers(brief, component) and not is_packed(brief)
    if builds and component.dockerfile is None and "containers" not in brief.deliverables:
        expected = image.dockerfile(component)
        text = _("Which Dockerfile builds the image? None was found; the workflow expects {path}.", path=expected)
        questions.append(Question(component=component.path, field="dockerfile", question=text))
    return questions


def has_jobs(brief: Brief, component: Component) -> bool:
    """Whether there is anything to prove or to deliver."""
    # A job that would only check the sources out proves nothing: better none than a green light for nothing.
    return image.delivers(brief, component) or any(
        stage(component) for stage in (stages.lint, stages.test, stages.build)
    )
