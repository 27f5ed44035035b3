"""Plans, applies and ways back with the real terraform on a small cloud, through the in-memory client."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import anyio
import pytest
from mcp import Client
from mcp_types import ElicitRequestParams, ElicitResult

from server.app import build_server
from server.settings import Settings
from tests.terraform.cloud_fixture import SmallCloud, small_cloud
from tools.guard.process import find_program
from tools.guard.state import State
from tools.terraform.interrupted_applies import interrupted_applies
from tools.terraform.saved_plan import PLAN, folder_of, load, record

pytestmark = pytest.mark.skipif(
    find_program("terraform") is None and find_program("tofu") is None,
    reason="neither terraform nor tofu is installed",
)
PASSWORD = "Tr0ub4dor&3-planted"
DATABASE = """\
resource "aws_db_instance" "main" {
  identifier          = "shop"
  engine              = "postgres"
  instance_class      = "db.t4g.micro"
  skip_final_snapshot = true
}
"""


@pytest.fixture
def cloud(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SmallCloud:
    made = small_cloud(tmp_path)
    monkeypatch.setenv("TF_CLI_CONFIG_FILE", str(made.settings))
    for name in [each for each in os.environ if each.startswith("AWS_")]:
        monkeypatch.delenv(name)
    return made


@pytest.fixture
def settings(cloud: SmallCloud, tmp_path: Path) -> Settings:
    return Settings(workspace=cloud.folder, language="en", state=tmp_path / "state")


class Person:
    """Who answers at the client; `asked` is what they were shown."""

    def __init__(self, *, agrees: bool = True) -> None:
        self.agrees = agrees
        self.asked: list[str] = []

    async def __call__(self, context: object, params: ElicitRequestParams) -> ElicitResult:
        self.asked.append(str(params.message))
        return ElicitResult(action="accept", content={"approve": self.agrees})


async def call(settings: Settings, tool: str, person: Person | None = None, **arguments: Any) -> dict[str, Any]:
    async with Client(build_server(settings), elicitation_callback=person or Person()) as client:
        result = await client.call_tool(tool, arguments)
    assert not result.is_error, result.content
    assert isinstance(result.structured_content, dict)
    return result.structured_content


async def refused(settings: Settings, tool: str, person: Person | None = None, **arguments: Any) -> str:
    async with Client(build_server(settings), elicitation_callback=person or Person()) as client:
        result = await client.call_tool(tool, arguments)
    assert result.is_error, result.structured_content
    return str(getattr(result.content[0], "text", ""))


async def applied(settings: Settings, **arguments: Any) -> dict[str, Any]:
    plan = await call(settings, "plan_terraform", **arguments)
    return await call(settings, "apply_terraform", plan_id=plan["plan_id"])


def git(folder: Path, *arguments: str) -> str:
    argv = ["git", "-c", "user.name=t", "-c", "user.email=t@example.org", *arguments]
    return subprocess.run(argv, cwd=folder, check=True, capture_output=True, text=True).stdout.strip()


@pytest.mark.parametrize("engine", ["terraform", "tofu"])
async def test_what_was_planned_and_approved_is_applied_and_verified(
    settings: Settings, cloud: SmallCloud, engine: str
) -> None:
    if find_program(engine) is None:
        pytest.skip(f"{engine} is not installed")
    cloud.write(DATABASE)
    plan = await call(settings, "plan_terraform", engine=engine)
    assert str(plan["program"]).startswith(engine)
    assert plan["report"]["summary"]["create"] == 1
    assert cloud.things == {}
    person = Person()
    answer = await call(settings, "apply_terraform", person, plan_id=plan["plan_id"])
    assert (answer["outcome"], answer["drift"], answer["completed"]) == ("applied", False, ["aws_db_instance.main"])
    assert "To create: 1" in person.asked[0]
    assert [each["identifier"] for each in cloud.things.values()] == ["shop"]
    # The state lies beside the configuration, not in the copy; the tree is as it was.
    assert {each.name for each in cloud.folder.iterdir()} <= {
        "main.tf",
        "terraform.tfstate",
        "terraform.tfstate.backup",
    }
    assert "used" in await refused(settings, "apply_terraform", plan_id=plan["plan_id"])


async def test_replacing_a_database_is_dangerous_and_the_person_reads_it(settings: Settings, cloud: SmallCloud) -> None:
    cloud.write(DATABASE)
    await applied(settings)
    cloud.write(DATABASE.replace("postgres", "mysql"))
    plan = await call(settings, "plan_terraform")
    assert (plan["report"]["verdict"], plan["report"]["summary"]["replace"]) == ("dangerous", 1)
    assert plan["report"]["blast_radius"]["stateful_lost"] == ["aws_db_instance.main"]
    person = Person(agrees=False)
    await refused(settings, "apply_terraform", person, plan_id=plan["plan_id"])
    assert "[critical] aws_db_instance.main" in person.asked[0]
    assert "Nothing brings back the data of aws_db_instance.main" in person.asked[0]
    assert [each["engine"] for each in cloud.things.values()] == ["postgres"]


async def test_apply_refuses_when_the_plan_file_changed(settings: Settings, cloud: SmallCloud) -> None:
    cloud.write(DATABASE)
    plan = await call(settings, "plan_terraform")
    assert settings.state is not None
    path = folder_of(State.at(settings.state), plan["plan_id"]) / PLAN
    path.write_bytes(path.read_bytes() + b"\0")
    assert "not the one that was judged" in await refused(settings, "apply_terraform", plan_id=plan["plan_id"])
    assert cloud.things == {}


async def test_what_is_applied_has_the_values_it_was_planned_with_and_is_verified_with_them(
    settings: Settings, cloud: SmallCloud
) -> None:
    name = 'variable "name" {\n  type = string\n}\n'
    cloud.write(name + DATABASE.replace('"shop"', "var.name"))
    values = cloud.folder / "prod.tfvars"
    values.write_text('name = "shop"\n')
    assert "prod.tfvars" in await refused(settings, "plan_terraform")  # the error names the file that was not given
    plan = await call(settings, "plan_terraform", var_files=["prod.tfvars"])
    values.write_text('name = "another"\n')
    answer = await call(settings, "apply_terraform", plan_id=plan["plan_id"])
    assert (answer["outcome"], answer["drift"]) == ("applied", False)
    assert [each["identifier"] for each in cloud.things.values()] == ["shop"]


@pytest.mark.parametrize("what", ["tree/run.sh", "tree/main.tf", "report.json", "record"])
async def test_apply_refuses_when_anything_kept_beside_the_plan_changed(
    settings: Settings, cloud: SmallCloud, what: str
) -> None:
    cloud.write(DATABASE)
    (cloud.folder / "run.sh").write_text("true\n")
    plan = await call(settings, "plan_terraform")
    assert settings.state is not None
    path = folder_of(State.at(settings.state), plan["plan_id"]) / what

    class Meanwhile(Person):
        async def __call__(self, context: object, params: ElicitRequestParams) -> ElicitResult:
            if what == "record":
                with State.at(settings.state or path).transaction() as db:
                    db.execute("UPDATE plans SET record = replace(record, 'Verdict', 'verdict')")
            else:
                path.write_text(path.read_text() + " ")
            self.agrees = not self.asked  # of another plan they are asked again
            return await super().__call__(context, params)

    await refused(settings, "apply_terraform", Meanwhile(), plan_id=plan["plan_id"])
    assert cloud.things == {}


async def test_apply_refuses_when_the_backend_is_another(settings: Settings, cloud: SmallCloud) -> None:
    cloud.write(DATABASE)
    first = await call(settings, "plan_terraform")
    backend = 'terraform {\n  backend "local" {\n    path = "other.tfstate"\n  }\n}\n'
    cloud.write(DATABASE + backend)
    await call(settings, "plan_terraform")
    assert "another backend" in await refused(settings, "apply_terraform", plan_id=first["plan_id"])
    assert cloud.things == {}


async def test_apply_refuses_when_the_state_has_moved_on(settings: Settings, cloud: SmallCloud) -> None:
    cloud.write(DATABASE)
    first = await call(settings, "plan_terraform")
    second = await call(settings, "plan_terraform")
    await call(settings, "apply_terraform", plan_id=first["plan_id"])
    assert "state has changed" in await refused(settings, "apply_terraform", plan_id=second["plan_id"])
    assert len(cloud.things) == 1


async def test_without_a_person_nothing_is_applied_and_a_policy_cannot_allow_it(
    settings: Settings, cloud: SmallCloud
) -> None:
    cloud.write(DATABASE)
    plan = await call(settings, "plan_terraform")
    assert settings.state is not None
    (settings.state / "policy.toml").write_text('[[rules]]\nrule = "*"\nverdict = "allow"\n')
    async with Client(build_server(settings)) as client:
        result = await client.call_tool("apply_terraform", {"plan_id": plan["plan_id"]})
    assert isinstance(result.structured_content, dict)
    assert result.structured_content["status"] == "approval_required"
    assert cloud.things == {}


async def test_a_failure_half_way_tells_what_was_done_and_what_is_left(settings: Settings, cloud: SmallCloud) -> None:
    cloud.write(
        DATABASE
        + 'resource "aws_s3_bucket" "b" {\n  bucket     = "b"\n  fail_on    = "create"\n  depends_on = [aws_db_instance.main]\n}\n'
    )
    answer = await applied(settings)
    assert (answer["outcome"], answer["completed"]) == ("failed", ["aws_db_instance.main"])
    assert any("refused to create" in each["summary"] for each in answer["diagnostics"])
    left = await call(settings, "plan_terraform")
    assert left["report"]["summary"]["create"] == 1


async def test_drift_is_found_and_nothing_is_changed(settings: Settings, cloud: SmallCloud) -> None:
    cloud.write(DATABASE)
    await applied(settings)
    cloud.edit(publicly_accessible=True)
    plan = await call(settings, "plan_terraform", refresh_only=True)
    assert any("drift" in each["rule"] for each in plan["report"]["risks"])


async def test_the_way_back_is_a_plan_of_the_earlier_commit_and_says_what_data_is_lost(
    settings: Settings, cloud: SmallCloud
) -> None:
    cloud.write(DATABASE)
    (cloud.folder / ".gitignore").write_text("*.tfstate*\n")
    git(cloud.folder, "init", "-q")
    git(cloud.folder, "add", ".")
    git(cloud.folder, "commit", "-qm", "postgres")
    before = git(cloud.folder, "rev-parse", "HEAD")
    await applied(settings)
    cloud.write(DATABASE.replace("postgres", "mysql"))
    git(cloud.folder, "commit", "-qam", "mysql")
    await applied(settings)
    back = await call(settings, "rollback_terraform")
    assert back["commit"] == before
    assert back["data_not_restored"] == ["aws_db_instance.main"]
    assert "mysql" in (cloud.folder / "main.tf").read_text()
    await call(settings, "apply_terraform", plan_id=back["plan_id"])
    assert [each["engine"] for each in cloud.things.values()] == ["postgres"]


async def test_no_secret_leaves_by_any_outlet(
    settings: Settings, cloud: SmallCloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TF_VAR_password", PASSWORD)
    secret = DATABASE.replace("engine ", "  password            = var.password\n  engine ")
    cloud.write('variable "password" {\n  type      = string\n  sensitive = true\n}\n' + secret)
    told: list[str] = []

    async def note(progress: float, total: float | None, message: str | None) -> None:
        told.append(str(message))

    person = Person()
    async with Client(build_server(settings), elicitation_callback=person) as client:
        plan = await client.call_tool("plan_terraform", {}, progress_callback=note)
        assert isinstance(plan.structured_content, dict)
        made = await client.call_tool(
            "apply_terraform", {"plan_id": plan.structured_content["plan_id"]}, progress_callback=note
        )
        cloud.write(
            ('variable "password" {\n  type      = string\n  sensitive = true\n}\n' + secret).replace(
                '"db.t4g.micro"', '"db.t4g.large"\n  fail_on = "update"'
            )
        )
        again = await client.call_tool("plan_terraform", {}, progress_callback=note)
        assert isinstance(again.structured_content, dict)
        failed = await client.call_tool(
            "apply_terraform", {"plan_id": again.structured_content["plan_id"]}, progress_callback=note
        )
    assert isinstance(failed.structured_content, dict)
    assert failed.structured_content["outcome"] == "failed"
    outlets = [str(each.model_dump()) for each in (plan, made, again, failed)] + told + person.asked
    journal = subprocess.run(
        [sys.executable, "-m", "server", "journal", "export"],
        env={**os.environ, "ASTREINTE_STATE": str(settings.state)}, capture_output=True, text=True,
        cwd=Path(__file__).parents[2],
    )  # fmt: skip
    assert journal.stdout
    for outlet in [*outlets, journal.stdout, journal.stderr]:
        assert PASSWORD not in outlet
        assert json.dumps(PASSWORD)[1:-1] not in outlet


async def test_files_that_an_apply_writes_into_the_copy_are_named(settings: Settings, cloud: SmallCloud) -> None:
    code = "echo hello >greeting.txt"
    (cloud.folder / "main.tf").write_text(
        f'resource "terraform_data" "greet" {{\n  provisioner "local-exec" {{\n    command = "{code}"\n  }}\n}}\n'
    )
    answer = await applied(settings)
    assert any("greeting.txt" in each for each in answer["next"])
    assert not (cloud.folder / "greeting.txt").exists()


async def test_a_plan_that_fails_quotes_no_secret_of_files_or_state(settings: Settings, cloud: SmallCloud) -> None:
    told: list[str] = []

    async def note(progress: float, total: float | None, message: str | None) -> None:
        told.append(str(message))

    async def failure() -> str:
        async with Client(build_server(settings), elicitation_callback=Person()) as client:
            result = await client.call_tool("plan_terraform", {}, progress_callback=note)
        assert result.is_error, result.structured_content
        return str(result.content)

    (cloud.folder / "shop.auto.tfvars").write_text(f'code = "{PASSWORD}"\n')
    checked = (
        'variable "code" {\n  type      = string\n  sensitive = true\n  validation {\n'
        "    condition     = length(var.code) > 99\n"
        '    error_message = "It is ${nonsensitive(var.code)}, which is short."\n  }\n}\n'
    )
    cloud.write(checked)
    outlets = [await failure()]
    assert "which is short" in outlets[0]
    # A secret that the cloud made stands in the state alone.
    (cloud.folder / "shop.auto.tfvars").unlink()
    cloud.write(DATABASE)
    await applied(settings)
    (made,) = cloud.things.values()
    cloud.edit(fail_on="read", password=made["master_password"])
    outlets.append(await failure())
    assert "refused to read" in outlets[1]
    for outlet in [*outlets, *told]:
        assert PASSWORD not in outlet
        assert made["master_password"] not in outlet


async def test_an_apply_that_fails_does_not_quote_what_the_cloud_has_just_made(
    settings: Settings, cloud: SmallCloud
) -> None:
    cloud.write(DATABASE.replace("engine ", '  fail_on             = "afterwards"\n  engine '))
    answer = await applied(settings)
    (made,) = cloud.things.values()
    assert answer["outcome"] == "failed"
    assert "does not answer" in str(answer["diagnostics"])
    assert made["master_password"] not in str(answer)


async def test_two_plans_at_once_wait_for_each_other(settings: Settings, cloud: SmallCloud) -> None:
    cloud.write(DATABASE)
    found: list[dict[str, Any]] = []

    async def plan(client: Client) -> None:
        result = await client.call_tool("plan_terraform", {})
        assert isinstance(result.structured_content, dict), result.content
        found.append(result.structured_content)

    async with (
        Client(build_server(settings), elicitation_callback=Person()) as client,
        anyio.create_task_group() as tasks,
    ):
        tasks.start_soon(plan, client)
        tasks.start_soon(plan, client)
    assert [each["report"]["summary"]["create"] for each in found] == [1, 1]


async def test_of_two_applies_of_a_plan_at_once_one_is_made(settings: Settings, cloud: SmallCloud) -> None:
    cloud.write(DATABASE.replace("engine ", "  delay               = 1\n  engine "))
    plan = await call(settings, "plan_terraform")
    found: list[Any] = []

    async def apply(client: Client) -> None:
        found.append(await client.call_tool("apply_terraform", {"plan_id": plan["plan_id"]}))

    async with (
        Client(build_server(settings), elicitation_callback=Person()) as client,
        anyio.create_task_group() as tasks,
    ):
        tasks.start_soon(apply, client)
        tasks.start_soon(apply, client)
    assert sorted(each.is_error for each in found) == [False, True]
    assert len(cloud.things) == 1


async def test_a_cancelled_apply_ends_in_order_and_is_never_taken_up_again(
    settings: Settings, cloud: SmallCloud
) -> None:
    cloud.write(DATABASE.replace("engine ", "  delay               = 2\n  engine "))
    plan = await call(settings, "plan_terraform")
    assert settings.state is not None
    state = State.at(settings.state)
    async with (
        Client(build_server(settings), elicitation_callback=Person()) as client,
        anyio.create_task_group() as tasks,
    ):
        tasks.start_soon(client.call_tool, "apply_terraform", {"plan_id": plan["plan_id"]})
        with anyio.fail_after(30):
            while load(state, plan["plan_id"]).progress != "applying":
                await anyio.sleep(0.05)
            await anyio.sleep(0.7)  # into the provider's own work
        tasks.cancel_scope.cancel()
    with anyio.fail_after(60):
        while load(state, plan["plan_id"]).progress == "applying":
            await anyio.sleep(0.1)
    assert load(state, plan["plan_id"]).progress in {"indeterminate", "applied"}
    await refused(settings, "apply_terraform", plan_id=plan["plan_id"])
    # SIGINT let the provider finish: what exists is in the state, so that a new plan has nothing to make.
    left = await call(settings, "plan_terraform")
    assert left["report"]["summary"]["create"] == 1 - len(cloud.things)


async def test_a_server_killed_in_the_middle_leaves_an_apply_that_ends_and_is_found_again(
    settings: Settings, cloud: SmallCloud
) -> None:
    cloud.write(DATABASE.replace("engine ", "  delay               = 3\n  engine "))
    plan = await call(settings, "plan_terraform")
    assert settings.workspace is not None
    assert settings.state is not None
    state = State.at(settings.state)
    script = (
        "import asyncio, sys\n"
        "from mcp import Client\n"
        "from mcp_types import ElicitResult\n"
        "from pathlib import Path\n"
        "from server.app import build_server\n"
        "from server.settings import Settings\n"
        "async def yes(*_): return ElicitResult(action='accept', content={'approve': True})\n"
        "async def main():\n"
        "    server = build_server(Settings(workspace=Path(sys.argv[1]), language='en', state=Path(sys.argv[2])))\n"
        "    async with Client(server, elicitation_callback=yes) as client:\n"
        "        await client.call_tool('apply_terraform', {'plan_id': sys.argv[3]})\n"
        "asyncio.run(main())\n"
    )
    argv = [sys.executable, "-c", script, str(settings.workspace), str(settings.state), plan["plan_id"]]
    killed = subprocess.Popen(argv, env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])})
    log = folder_of(state, plan["plan_id"]) / "apply.log"
    with anyio.fail_after(60):
        while not log.exists() or "apply_start" not in log.read_text():
            await anyio.sleep(0.05)
    killed.send_signal(signal.SIGKILL)
    killed.wait()
    ((found, running),) = await anyio.to_thread.run_sync(interrupted_applies, state)
    assert (found.id, running, found.progress) == (plan["plan_id"], True, "applying")
    assert "did not end as it should" in await refused(settings, "apply_terraform", plan_id=plan["plan_id"])
    with anyio.fail_after(60):
        while running:
            await anyio.sleep(0.2)
            ((found, running),) = await anyio.to_thread.run_sync(interrupted_applies, state)
    assert found.progress == "applied"
    assert len(cloud.things) == 1
    # Of one whose log does not tell its end, the next plan says what to look for.
    record(state, found.model_copy(update={"progress": "applying"}))
    log.write_text("")
    told = await call(settings, "plan_terraform")
    assert plan["plan_id"] in told["diagnostics"][0]["summary"]
    assert load(state, plan["plan_id"]).progress == "indeterminate"
    left = await call(settings, "plan_terraform")
    assert left["report"]["summary"]["no_op"] == 1


async def test_a_binary_plan_made_by_someone_else_is_shown_and_judged(settings: Settings, cloud: SmallCloud) -> None:
    cloud.write(DATABASE)
    environment = {**os.environ, "TF_DATA_DIR": str(cloud.home / "data")}
    for command in (["init", "-input=false"], ["plan", "-input=false", "-out=their.tfplan"]):
        subprocess.run(["terraform", *command], cwd=cloud.folder, env=environment, check=True, capture_output=True)
    answer = await call(settings, "plan_terraform", plan_json="their.tfplan")
    assert (answer["report"]["summary"]["create"], answer["plan_id"]) == (1, None)


async def test_the_end_of_everything_is_planned_only_when_asked_for(settings: Settings, cloud: SmallCloud) -> None:
    cloud.write(DATABASE)
    await applied(settings)
    plan = await call(settings, "plan_terraform", destroy=True)
    assert (plan["report"]["verdict"], plan["report"]["summary"]["destroy"]) == ("dangerous", 1)


async def test_a_provider_nobody_knows_is_asked_about_before_it_runs(settings: Settings, cloud: SmallCloud) -> None:
    cloud.write(DATABASE)
    person = Person(agrees=False)
    await refused(settings, "plan_terraform", person)
    assert "example.com/astreinte/aws" in person.asked[0]


async def test_an_error_of_the_configuration_is_told_with_its_place(settings: Settings, cloud: SmallCloud) -> None:
    cloud.write(DATABASE.replace("identifier ", "identifierr "))
    text = await refused(settings, "plan_terraform")
    assert "main.tf" in text
    assert "identifier" in text


async def test_a_mistyped_workspace_does_not_become_a_new_one(settings: Settings, cloud: SmallCloud) -> None:
    cloud.write(DATABASE)
    assert "no workspace prdo" in await refused(settings, "plan_terraform", workspace="prdo")
    assert not (cloud.folder / "terraform.tfstate.d").exists()
