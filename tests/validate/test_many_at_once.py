"""Many files in one run of a program: each is told what it would be told alone, whatever lies beside it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tools.delivery import Validation
from tools.guard.process import Completed, find_program
from tools.validate import judge, tool
from tools.validate.checker import Source
from tools.validate.unified_diff import diffs

WORKFLOW = "name: a\non: push\npermissions: {}\njobs:\n  a:\n    runs-on: ubuntu-24.04\n    steps:\n      - run: %s\n"
SERVICE = "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {%s: [{port: 80}]}\n"
RULES = "groups:\n  - name: a\n    rules:\n      - alert: A\n        expr: %s\n"
TEST = """\
rule_files: [%s]
tests:
  - input_series: [{series: up, values: "0"}]
    alert_rule_test: [{eval_time: 1m, alertname: A, exp_alerts: [{}]}]
"""
PROXY = "server {\n    listen 8080;\n    location / {\n        proxy_pass http://%s;\n    }\n}\n"
COMPOSE = "services:\n  web:\n    image: nginx:1.27.3\n    %s: false\n"
# By tool: clean ones, faulty ones, silenced ones, and some that it cannot read, in an order that leaves none alone.
CROWDS = {
    "shellcheck": {
        "a.sh": '#!/bin/sh\necho "$1"\n',
        "b/-c.sh": "#!/bin/sh\nrm $1/x\n",
        "b/d e.sh": "#!/bin/sh\n# shellcheck disable=SC2086\nrm $1/x\n",
        "f.sh": "#!/bin/sh\nif true; then\n",
    },
    "shfmt": {
        "a.sh": "#!/bin/sh\nif true; then\n  echo a\nfi\n",
        "b c.sh": "#!/bin/sh\nif true; then\necho a\nfi\n",
        "d.sh": "#!/bin/sh\nif true; then\n",
        "e.sh": "#!/bin/sh\nif true; then\n    echo a\nfi\n",
    },
    "hadolint": {
        "Dockerfile": "FROM debian:12\nUSER app\n",
        "b/Dockerfile": "FRM x\n",
        "c/Dockerfile": "FROM debian\n",
        "d/Dockerfile": "# hadolint ignore=DL3006\nFROM debian\n",
    },
    "actionlint": {
        ".github/workflows/a.yml": WORKFLOW % '"true"',
        ".github/workflows/b.yml": "on: push\njobs: [\n",
        ".github/workflows/c.yml": WORKFLOW % "rm $X/y",
    },
    "zizmor": {
        ".github/workflows/a.yml": WORKFLOW % '"true"',
        ".github/workflows/b.yml": "on: push\njobs: [\n",
        ".github/workflows/c.yml": WORKFLOW % "echo ${{ github.event.issue.title }}",
        ".github/workflows/d.yml": "# zizmor: ignore[dangerous-triggers]\n" + WORKFLOW % '"false"',
    },
    "check-jsonschema": {
        ".github/workflows/a.yml": WORKFLOW % '"true"',
        ".github/workflows/b.yml": "on: push\njobs: 3\n",
        ".github/workflows/c.yml": "on: push\njobs: [\n",
        "compose.yaml": COMPOSE % "privileged",
        "b/compose.yaml": COMPOSE % "privilege",
    },
    "kubernetes-validate": {
        "a.yaml": SERVICE % "ports",
        "b.yaml": SERVICE % "prts",
        "c.yaml": "apiVersion: v1\nkind: [\n" + "kind: Service\n",
        "d.yaml": "apiVersion: example.com/v1\nkind: Shop\nmetadata: {name: a}\n",
        "e.yaml": SERVICE % "port",
    },
    "promtool": {
        "a.rules.yml": RULES % "up == 0",
        "b.rules.yml": RULES % "up ==",
        "a.test.yml": TEST % "a.rules.yml",
        "b.test.yml": (TEST % "a.rules.yml").replace("exp_alerts: [{}]", "exp_alerts: []"),
        "c.test.yml": TEST % "none.rules.yml",
        "prometheus.yml": "scrape_configs:\n  - job_name: a\n",
    },
    "gixy": {
        "a.conf": PROXY % "api",
        "b.conf": PROXY % "$arg_host",
        "c.conf": "server {\n    listen 80;\n",
        "d.conf": PROXY % "$arg_port",
    },
    "terraform fmt": {
        "a.tf": "locals {\n  a = 1\n}\n",
        "b/b.tf": "locals {\na = 1\n}\n",
        "c.tf": "locals {\n",
        "d.tf": "locals {\na=2\n}\n",
    },
}
PROGRAMS = {"terraform fmt": "terraform"}


@pytest.fixture(autouse=True)
def forgetful() -> Iterator[None]:
    judge.forget()
    yield
    judge.forget()


def essence(said: Validation) -> Validation:
    """Without what a run of several files cannot tell of one."""
    return said.model_copy(update={"duration": 0.0, "exit_status": None})


@pytest.mark.parametrize("name", CROWDS)
async def test_a_file_among_others_is_told_what_it_is_told_alone(name: str) -> None:
    if find_program(PROGRAMS.get(name, name)) is None:
        pytest.skip(f"{name} is not installed")
    sources = [Source(path, content.encode()) for path, content in CROWDS[name].items()]
    together = await judge.judge(sources, only=name)
    judge.forget()
    # The files that one refers to are there, the others do not take part in the run.
    by_path = {each.path: each.content for each in sources}
    alone = [said for each in sources for said in await judge.judge([each], only=name, lookup=by_path.get)]
    assert [essence(each) for each in together] == sorted((essence(each) for each in alone), key=lambda each: each.path)
    assert len({each.status for each in together}) > 1
    assert len(together) == len(sources)


FAKE = """\
#!/bin/sh
[ "$1" = --version ] && echo 9.9.9 && exit
echo run >>"{log}"
case "$*" in *bad.sh*) {ill} ;; esac
echo '{{"comments": []}}'
"""


@pytest.mark.parametrize(
    "ill",
    ["sleep 1000", "kill -9 $$", "exit 3", "echo garbled; exit", "exit 1", 'echo \'{"comments": [{"file": "c.sh"}]}\'; exit 1'],
)  # fmt: skip
async def test_one_ill_file_costs_the_others_nothing(ill: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    fake, log = tmp_path / "bin" / "shellcheck", tmp_path / "log"
    fake.parent.mkdir()
    fake.write_text(FAKE.format(ill=ill, log=log))
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", f"{fake.parent}:/usr/bin:/bin")
    monkeypatch.setattr("sys.executable", str(tmp_path / "python"))
    sources = [Source(f"{name}.sh", f"#!/bin/sh\necho {name}\n".encode()) for name in ("a", "bad", "z")]
    said = await judge.judge(sources, only="shellcheck", limit=0.5)
    assert [(each.path, each.status) for each in said] == [
        ("a.sh", "passed"),
        ("bad.sh", "not_validated"),
        ("z.sh", "passed"),
    ]
    assert len(log.read_text().splitlines()) == 4  # the three at once, then each alone


async def test_files_are_spread_over_several_runs_when_there_are_very_many(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    fake, log = tmp_path / "bin" / "shellcheck", tmp_path / "log"
    fake.parent.mkdir()
    fake.write_text(FAKE.format(ill="exit 3", log=log))
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", f"{fake.parent}:/usr/bin:/bin")
    monkeypatch.setattr("sys.executable", str(tmp_path / "python"))
    sources = [Source(f"{number}.sh", f"#!/bin/sh\necho {number}\n".encode()) for number in range(65)]
    said = await judge.judge(sources, only="shellcheck")
    assert {each.status for each in said} == {"passed"}
    assert len(log.read_text().splitlines()) == 3


async def test_only_what_changed_is_judged_again(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    fake, log = tmp_path / "bin" / "shellcheck", tmp_path / "log"
    fake.parent.mkdir()
    fake.write_text(FAKE.format(ill="exit 3", log=log).replace("echo run", 'echo "$*"'))
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", f"{fake.parent}:/usr/bin:/bin")
    monkeypatch.setattr("sys.executable", str(tmp_path / "python"))
    first = [Source("a.sh", b"#!/bin/sh\necho a\n"), Source("b.sh", b"#!/bin/sh\necho b\n")]
    await judge.judge(first, only="shellcheck")
    await judge.judge([first[0], Source("b.sh", b"#!/bin/sh\necho c\n")], only="shellcheck")
    assert [each.split(" -- ")[1] for each in log.read_text().splitlines()] == ["a.sh b.sh", "b.sh"]


def test_a_line_that_looks_like_the_header_of_a_diff_names_no_file() -> None:
    diff = "--- a.sh.orig\n+++ a.sh\n@@ -1,2 +1,2 @@\n #!/bin/sh\n-++ b.sh\n+++ b.sh\n@@ -9 +9 @@\n-x\n+y\n"
    assert [(each.path, each.line, each.wanted) for each in diffs(diff, "+++ ")] == [
        ("a.sh", 2, "++ b.sh"),
        ("a.sh", 9, "y"),
    ]


def test_a_run_that_found_faults_and_names_none_is_no_pass() -> None:
    done = Completed(returncode=1, stdout="[]", stderr="odd", duration=0.0)
    verdict = tool.Verdict("a tool", [Source("a", b"")], None, done)
    with pytest.raises(tool.NotJudgedError):
        verdict.by_file([], str)
