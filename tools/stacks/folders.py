"""Which folders are beside the project (examples, tests, documentation) and which files a component owns."""

from collections.abc import Iterable
from functools import lru_cache

from tools.stacks.tree import Tree, contains

ASIDE = frozenset(
    """example examples sample samples demo demos test tests __tests__ testing testdata test-data test_data fixture
    fixtures __fixtures__ __mocks__ mocks e2e e2e-tests integration integration-tests integration_tests spec specs
    doc docs documentation template templates boilerplate playground playgrounds sandbox sandboxes benchmark
    benchmarks bench perf snippets cookbook tutorial tutorials third_party third-party external .github
    .devcontainer .gitlab .circleci cypress playwright stories storybook .storybook""".split()  # noqa: SIM905 - a table
)

# What lies below is material of tests: it describes no delivery of the project.
FIXTURES = frozenset(
    {"testdata", "test-data", "test_data", "fixture", "fixtures", "__fixtures__", "__mocks__", "golden", "goldens"}
)

# Words that make a longer name an aside: `sfc-playground`, `web-e2e`.
TELLING = frozenset({"playground", "playgrounds", "example", "examples", "fixture", "fixtures", "e2e", "benchmark",
                     "benchmarks", "storybook"})  # fmt: skip


@lru_cache(maxsize=20_000)
def is_aside(path: str) -> bool:
    """Whether a folder (or file) is an example, a test, documentation or a template rather than the project."""
    return any(
        part in ASIDE or "{{" in part or any(word in TELLING for word in part.replace("_", "-").split("-"))
        for part in path.lower().split("/")
    )


@lru_cache(maxsize=20_000)
def is_fixture(path: str) -> bool:
    """Whether a file lies among the tests' material."""
    return any(part in FIXTURES for part in path.lower().split("/")[:-1])


def own_files(tree: Tree, folder: str, others: Iterable[str]) -> list[str]:
    """The files of the component in `folder`: not those of components inside it, nor tests and the like."""
    inner = tuple(other for other in others if other != folder and contains(folder, other))
    slashed = tuple(other + "/" for other in inner)
    start = 0 if folder == "." else len(folder) + 1
    files: list[str] = []
    for each in tree.folders_under(folder):
        if each in inner or each.startswith(slashed) or is_aside(each[start:]):
            continue
        files += tree.within(each)
    return files
