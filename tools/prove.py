"""Has every file of a delivery judged by the real checkers before anyone sees it."""

from collections.abc import Sequence

from resources.catalogue import _
from tools.delivery import Delivery, Validation
from tools.project import Question


async def prove(delivery: Delivery, *, questions: Sequence[Question] = ()) -> Delivery:
    """`delivery` with what each checker said, the project's open questions and a one-sentence summary.

    A delivery with open questions is `waiting`; a file that a checker refuses makes it `blocked`.
    """
    from tools.validate.validate import validate_files  # noqa: PLC0415 - the checkers are not needed to start

    validations = await validate_files(delivery.files)
    every_question = [*delivery.questions, *(each for each in questions if each not in delivery.questions)]
    status = delivery.status
    if every_question and status == "done":
        status = "waiting"
    if any(each.status == "failed" for each in validations):
        status = "blocked"
    proved = delivery.model_copy(update={"validations": validations, "questions": every_question, "status": status})
    return proved.model_copy(update={"summary": summarise(proved)})


def summarise(delivery: Delivery) -> str:
    """One sentence: how many files, what the checkers said, what is still open."""
    findings = sum(len(each.findings) for each in delivery.validations)
    passed = _count(delivery.validations, "passed")
    unseen = _count(delivery.validations, "not_validated")
    return _(
        "{files} files; checks: {passed} passed, {findings} findings, {unseen} not validated; "
        "{variables} variables to set; {questions} open questions; status: {status}.",
        files=len(delivery.files),
        passed=passed,
        findings=findings,
        unseen=unseen,
        variables=len(delivery.variables),
        questions=len(delivery.questions),
        status=delivery.status,
    )


def _count(validations: Sequence[Validation], status: str) -> int:
    return sum(each.status == status for each in validations)
