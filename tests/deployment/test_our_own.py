"""What runs ourselves is made by our own generators, from the brief at the top of this repository."""

import pytest

from tests.own_delivery import differing, own_delivery
from tools.delivery import Delivery
from tools.validate.validate import validate_files

PROVED_ELSEWHERE = ("docs/", "deploy/observability/")


@pytest.fixture(scope="module")
async def delivery() -> Delivery:
    return await own_delivery()


async def test_our_files_are_as_the_generators_make_them() -> None:
    assert differing(await own_delivery()) == [], "run `python3 dev.py deployment` and read the diff"


async def test_no_checker_has_a_finding_in_what_runs_us() -> None:
    ours = await own_delivery()
    files = [each for each in ours.files if not each.path.startswith(PROVED_ELSEWHERE)]
    for each in await validate_files(files):
        assert each.status != "failed", f"{each.path}: {each.tool}: {each.findings}"
    assert ours.status == "done", ours.questions
