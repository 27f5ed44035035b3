"""Has every file of a delivery judged by the real checkers, and all of them held against each other."""

import asyncio
from collections.abc import Sequence

import anyio.to_thread

from resources.catalogue import _
from tools.brief import Brief
from tools.delivery import Delivery, Mismatch, Validation
from tools.project import Question
from tools.validate.checker import Source


async def prove(
    delivery: Delivery,
    *,
    questions: Sequence[Question] = (),
    brief: Brief | None = None,
    beside: Sequence[Source] = (),
) -> Delivery:
    """`delivery` with what each checker said, what contradicts what, the open questions and a one-sentence summary.

    `beside` are files that the repository has already. A delivery with open questions, or one that contradicts
    such a file, is `waiting`; a file that a checker refuses, or that contradicts another, makes it `blocked`.
    """
    from tools.validate.validate import validate_files  # noqa: PLC0415 - the checkers are not needed to start

    async with asyncio.TaskGroup() as group:
        judging = group.create_task(validate_files(delivery.files))
        comparing = group.create_task(anyio.to_thread.run_sync(_contradictions, delivery, brief, beside))
    validations, mismatches = judging.result(), comparing.result()
    every_question = [*delivery.questions, *(each for each in questions if each not in delivery.questions)]
    status = delivery.status
    if every_question and status == "done":
        status = "waiting"
    if mismatches and status == "done":
        status = "waiting"
    made = {each.path for each in delivery.files} | {"devops.yaml"}
    refused = any(each.status == "failed" and not _informs(each) for each in validations)
    if refused or any(_is_within(each, made) for each in mismatches):
        status = "blocked"
    proved = delivery.model_copy(
        update={"validations": validations, "mismatches": mismatches, "questions": every_question, "status": status}
    )
    return proved.model_copy(update={"summary": summarise(proved)})


def _contradictions(delivery: Delivery, brief: Brief | None, beside: Sequence[Source]) -> list[Mismatch]:
    from tools.consistency.contradictions import contradictions  # noqa: PLC0415 - not needed to start

    made = [Source(each.path, each.content.encode()) for each in delivery.files]
    known = {each.path for each in made}
    everything = [*made, *(each for each in beside if each.path not in known)]
    # What two files of the repository disagree about is for `validate` to say.
    return [each for each in contradictions(everything, brief) if known & {each.first.path, each.second.path}]


def _is_within(mismatch: Mismatch, made: set[str]) -> bool:
    return {mismatch.first.path, mismatch.second.path} <= made


def summarise(delivery: Delivery) -> str:
    """One sentence: how many files, what the checkers said, what is still open."""
    findings = sum(len(each.findings) for each in delivery.validations)
    passed = _count(delivery.validations, "passed")
    unseen = _count(delivery.validations, "not_validated")
    return _(
        "{files} files; checks: {passed} passed, {findings} findings, {unseen} not validated; "
        "{mismatches} contradictions; "
        "{variables} variables to set; {questions} open questions; status: {status}.",
        files=len(delivery.files),
        passed=passed,
        findings=findings,
        unseen=unseen,
        mismatches=len(delivery.mismatches),
        variables=len(delivery.variables),
        questions=len(delivery.questions),
        status=delivery.status,
    )


def _informs(validation: Validation) -> bool:
    return bool(validation.findings) and all(each.severity == "info" for each in validation.findings)


def _count(validations: Sequence[Validation], status: str) -> int:
    return sum(each.status == status for each in validations)
