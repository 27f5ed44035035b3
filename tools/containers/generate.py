"""The images of every deployed component, and the files that run them together, as one delivery."""

from collections.abc import Sequence

from resources.catalogue import _
from tools.brief import Brief
from tools.containers import together
from tools.containers.dockerfile import dockerfile
from tools.containers.languages.registry import LANGUAGES
from tools.containers.subject import Subject
from tools.delivery import Check, Command, Delivery, File, Risk, Rollback, VariableToSet
from tools.pipelines import image, safe_text
from tools.project import Component, Existing, Question


def containers(brief: Brief, *, overwrite: bool = False, existing: Sequence[Existing] = ()) -> Delivery:
    """Everything the images of `brief` need, compose.yaml and a Swarm stack.

    A component that has a Dockerfile keeps it unless `overwrite`; so does a repository that has a compose or stack
    file of its own among `existing`.
    """
    safe_text.refuse_expressions(brief)
    files: list[File] = []
    questions: list[Question] = []
    risks: list[Risk] = []
    built: list[Component] = []
    cleaned = [safe_text.clean(each) for each in brief.context.components]
    questions += [doubt for _component, doubts in cleaned for doubt in doubts]
    components = [component for component, _doubts in cleaned]
    brief = brief.model_copy(update={"context": brief.context.model_copy(update={"components": components})})
    for component in components:
        if not image.is_deployed(component):
            continue
        if component.dockerfile is not None and not overwrite:
            built.append(component)
            risks.append(_kept(component))
        elif component.language not in LANGUAGES:
            text = _("No Dockerfile can be made for the language {language} yet.", language=component.language or "?")
            questions.append(Question(component=component.path, field="language", question=text))
        else:
            made, doubts = dockerfile(component, brief)
            files += [each for each in made if each.path not in {file.path for file in files}]
            questions += doubts
            built.append(component)
    whole = together.together(brief, overwrite=overwrite, existing=existing)
    return Delivery(
        files=[*files, *whole.files],
        commands=[*(command for each in built for command in _commands(Subject(each, brief))), *whole.commands],
        variables=[*(variable for each in built for variable in _variables(each)), *whole.variables],
        checks=[*(_check(Subject(each, brief)) for each in built), *whole.checks],
        rollback=[*([_rollback()] if built else []), *whole.rollback],
        risks=[*risks, *whole.risks],
        questions=questions,
        status="waiting" if questions else "done",
    )


def _commands(subject: Subject) -> list[Command]:
    tag = f"{subject.name}:local"
    tokens = "".join(f" --secret id={name},env={name}" for name in image.build_tokens(subject.component))
    return [
        Command(
            run=f"DOCKER_BUILDKIT=1 docker build --file {subject.dockerfile} --tag {tag}{tokens} {subject.context}",
            purpose=_("Build the image of {name}; cache mounts need BuildKit.", name=subject.name),
        ),
        Command(
            run=f"docker run --rm --read-only --tmpfs /tmp --cap-drop ALL --security-opt no-new-privileges {tag}",
            purpose=_("Try it as production runs it: without root, without capabilities, read-only."),
        ),
    ]


def _variables(component: Component) -> list[VariableToSet]:
    return [
        VariableToSet(
            name=each.name,
            secret=each.secret,
            where=_("environment of the container {name}", name=component.name or component.path),
            purpose=_("read by the program; never an ARG or ENV of the image"),
            example=None if each.secret else each.default,
        )
        for each in component.variables
    ]


def _check(subject: Subject) -> Check:
    return Check(
        name=_("{name} runs without root", name=subject.name),
        run=f"docker image inspect --format '{{{{.Config.User}}}}' {subject.name}:local",
        expect=_("a number that is not 0"),
    )


def _kept(component: Component) -> Risk:
    return Risk(
        kind="compatibility",
        level="info",
        message=_("{path} exists and is kept.", path=component.dockerfile or ""),
        mitigation=_("Read what the checkers say of it, or ask for it to be replaced (overwrite)."),
    )


def _rollback() -> Rollback:
    return Rollback(
        strategy=_("An image is never changed: go back by running the digest that ran before."),
        commands=[Command(run="git revert --no-edit HEAD", purpose=_("Take the change of the Dockerfile back."))],
        data=_("Volumes and databases are not part of the image and are not taken back."),
    )
