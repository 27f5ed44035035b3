"""The report as a whole: its shape, odd files, secrets, cost and escalations."""

import codecs
import io
import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from resources.catalogue import speaking
from tests.terraform.plan_shapes import Values, change, plan
from tools.terraform.plan_configuration import without_keys
from tools.terraform.plan_json import PlanJsonError
from tools.terraform.plan_scrub import Scrub
from tools.terraform.risk import assess, secrets_of
from tools.terraform.risk_report import LEVELS
from tools.terraform.rules import registry

EMPTY = plan()
SECRET = "planted-Zx81-{}"


def test_the_report_has_the_promised_shape() -> None:
    report = json.loads(assess(plan(change("aws_db_instance", {"a": 1}, None))).model_dump_json())
    assert report["summary"] == {
        "create": 0,
        "update": 0,
        "replace": 0,
        "destroy": 1,
        "no_op": 0,
        "read": 0,
        "import": 0,
        "forget": 0,
    }
    assert report["verdict"] == "dangerous"
    assert {"rule", "level", "address", "type", "message", "evidence"} == report["risks"][0].keys()
    assert report["blast_radius"]["stateful_lost"] == ["aws_db_instance.this"]
    assert report["unknown"] == []


@pytest.mark.parametrize(
    ("actions", "counted"),
    [
        (["no-op"], "no_op"),
        (["create"], "create"),
        (["read"], "read"),
        (["update"], "update"),
        (["delete"], "destroy"),
        (["delete", "create"], "replace"),
        (["create", "delete"], "replace"),
        (["forget"], "forget"),
    ],
)
def test_every_action_is_counted_under_its_name(actions: list[str], counted: str) -> None:
    summary = assess(plan(change("aws_instance", {"a": 1}, {"a": 2}, actions))).summary.model_dump(by_alias=True)
    assert {name: count for name, count in summary.items() if count} == {counted: 1}


def test_of_very_many_risks_of_a_kind_the_rest_is_counted_and_the_verdict_stands() -> None:
    many = [change("aws_db_instance", {"a": 1}, None, address=f"aws_db_instance.d[{n}]") for n in range(1_005)]
    with speaking("en"):
        report = assess(plan(*many, change("acme_widget", None, {"a": 1})))
    lost = [each.address for each in report.risks if each.rule == "stateful_destroy"]
    assert (len(lost), lost[-1]) == (1_001, "(5 more)")
    assert report.summary.destroy == 1_005
    assert report.verdict == "dangerous"
    assert [each.type for each in report.unknown] == ["acme_widget"]


def test_the_gravest_risk_stands_first_and_a_shortened_report_keeps_verdict_and_summary() -> None:
    report = assess(plan(change("acme_widget", None, {"a": 1}), change("aws_s3_bucket", {"bucket": "b"}, None)))
    ranks = [LEVELS.index(each.level) for each in report.risks]
    assert ranks == sorted(ranks, reverse=True)
    short = report.at_most(1)
    assert len(short.risks) == 1
    assert (short.verdict, short.summary) == (report.verdict, report.summary)
    assert short.left_out["risks"] == len(report.risks) - 1
    many = assess(plan(*(change("acme_widget", None, {"a": 1}, address=f"acme_widget.w[{n}]") for n in range(500))))
    assert len(many.within(20_000).model_dump_json()) <= 20_000
    assert report.within(100_000) == report


@pytest.mark.parametrize(
    "entry",
    [
        "not an object",
        None,
        {},
        {"address": 3},
        {"address": "a.b", "change": None},
        {"address": "a.b", "change": {"actions": []}},
        {"address": "a.b", "change": {"actions": None, "before": [], "after": 3}},
        {"address": "a.b", "change": {"actions": ["frobnicate"], "before": {}, "after": {"a": 1}}},
        {"address": "aws_instance.b", "type": "aws_instance", "change": {"actions": ["update"]}},
        {
            "address": "aws_instance.b",
            "type": 5,
            "index": "x",
            "change": {"actions": ["create"], "after_unknown": True},
        },
    ],
    ids=str,
)
def test_an_odd_entry_is_unknown_and_never_safe(entry: Any) -> None:
    report = assess(plan(entry))
    assert report.unknown
    assert report.verdict != "safe"


def test_empty_actions_are_judged_by_the_values() -> None:
    report = assess(plan(change("aws_db_instance", {"a": 1}, None, [])))
    assert report.summary.destroy == 1
    assert report.verdict == "dangerous"


@pytest.mark.parametrize(
    "data",
    [
        codecs.BOM_UTF8 + EMPTY,
        codecs.BOM_UTF16_LE + EMPTY.decode().encode("utf-16-le"),
        codecs.BOM_UTF16_BE + EMPTY.decode().encode("utf-16-be"),
        EMPTY.decode().encode("utf-16-le"),
        b"[command]/usr/bin/terraform show -json p\n" + EMPTY + b"\n::debug::done\n",
        json.dumps(json.loads(EMPTY), indent=2).encode(),
        b'{"format_version":"0.1","terraform_version":"0.12.6","planned_values":{"root_module":{}}}',
    ],
    ids=["utf-8 bom", "utf-16 le", "utf-16 be", "utf-16 without bom", "wrapper lines", "indented", "0.12"],
)
def test_a_plan_is_read_however_it_was_saved(data: bytes) -> None:
    assert assess(data).verdict == "safe"
    assert assess(io.BytesIO(data)) == assess(data)


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "cut off"),
        (plan(change("a_b", None, {"x": 1}))[:-40], "cut off"),
        (b"[" * 100_000, "cut off"),
        (b'{"a":' * 100_000, "cut off|nested"),
        (b"PK\x03\x04rest", "saved plan"),
        (b"{}", "not a Terraform plan"),
        (b"[]", "not the JSON"),
        (b'{"format_version":"1.0","terraform_version":"1.5.0","values":{"root_module":{}}}', "state"),
        (b'{"version":4,"lineage":"x","resources":[]}', "state"),
        (b'{"@level":"info","@message":"a"}\n{"@level":"info"}\n', "log"),
        (b"\x00\xff\xfe\x01", "cut off"),
    ],
)
def test_what_is_not_a_plan_is_refused_with_what_it_is(data: bytes, says: str) -> None:
    with speaking("en"), pytest.raises(PlanJsonError, match=says):
        assess(data)


def test_numbers_and_characters_that_strict_readers_refuse_are_read() -> None:
    odd = b'{"format_version":"1.2","resource_changes":[{"address":"a_b.c","type":"a_b","change":{"actions":["update"],'
    odd += b'"before":{"n":1e999,"s":"\\ud800"},"after":{"n":123456789012345678901234567890,"s":"x"}}}]}'
    assert assess(odd).summary.update == 1
    assert assess(odd.replace(b'"x"', b'"\xff"')).summary.update == 1


def secret_plan() -> tuple[bytes, list[str]]:
    """A plan with a different secret in every place where Terraform writes one in clear."""
    planted: list[str] = []

    def new() -> str:
        planted.append(SECRET.format(len(planted)))
        return planted[-1]

    database = change(
        "aws_db_instance",
        {"password": new(), "identifier": "a"},
        {"password": new(), "identifier": "b", "description": None},
        ["delete", "create"],
    )
    masked = change(
        "acme_widget",
        {"note": new(), "list": [{"inner": new()}]},
        {"note": new(), "list": [{"inner": new()}]},
        sensitive_before={"note": True, "list": [{"inner": True}]},
        sensitive_after={"note": True, "list": [{"inner": True}]},
    )
    clear = change("aws_lambda_function", None, {"environment": [{"variables": {"API_TOKEN": new()}}]})
    variable, copied, named, provider, prior, output, planned = (new() for _each in range(7))
    leaking = change("aws_route53_record", {"records": ["a"]}, {"records": [f"v={variable}"], "name": copied})
    top = {
        "variables": {
            "pw": {"value": variable},
            "copy": {"value": {"deep": [copied]}},
            "db_password": {"value": named},
        },
        "configuration": {
            "root_module": {"variables": {"pw": {"sensitive": True}, "copy": {"sensitive": True}}},
            "provider_config": {"acme": {"name": "acme", "expressions": {"secret_key": {"constant_value": provider}}}},
        },
        "prior_state": {
            "values": {
                "root_module": {
                    "child_modules": [
                        {"resources": [{"type": "x", "values": {"v": prior}, "sensitive_values": {"v": True}}]}
                    ]
                }
            }
        },
        "output_changes": {"o": {"actions": ["create"], "after": output, "after_sensitive": True}},
        "planned_values": {"outputs": {"p": {"sensitive": True, "value": planned}}},
    }
    return plan(database, masked, clear, leaking, resource_drift=[masked], **top), planted


def test_no_planted_secret_reaches_the_report() -> None:
    data, planted = secret_plan()
    said = assess(data).model_dump_json()
    assert [each for each in planted if each in said] == []


def test_every_planted_secret_is_collected_for_scrubbing() -> None:
    data, planted = secret_plan()
    assert set(planted) <= secrets_of(data)


def test_ordinary_values_are_not_taken_for_secrets() -> None:
    found = secrets_of(
        plan(
            change("aws_instance", None, {"instance_type": "t3.micro", "tags": {"Team": "platform"}}),
            variables={"region": {"value": "eu-west-1"}},
            configuration={
                "root_module": {},
                "provider_config": {"aws": {"expressions": {"region": {"constant_value": "eu-west-1"}}}},
            },
        )
    )
    assert found == set()


def test_a_provider_block_with_a_secret_and_an_unmarked_variable_are_risks() -> None:
    data, _planted = secret_plan()
    found = {each.address for each in assess(data).risks if each.rule == "secret_in_clear"}
    assert {"provider.acme", "var.db_password", "aws_lambda_function.this"} <= found


def test_an_output_that_loses_its_mark_is_dangerous() -> None:
    mask = {"actions": ["update"], "before": "x1y2z3", "after": "x1y2z3"}
    report = assess(plan(output_changes={"o": {**mask, "before_sensitive": True, "after_sensitive": False}}))
    assert report.verdict == "dangerous"


def test_cost_is_a_dated_estimate_and_unknown_where_no_price_is_known() -> None:
    small, large = {"instance_type": "m5.large"}, {"instance_type": "m5.2xlarge"}
    cost = assess(plan(change("aws_instance", small, large), change("acme_widget", None, {"a": 1}))).cost
    assert cost.monthly_delta == pytest.approx((0.384 - 0.096) * 730, abs=0.01)
    assert cost.unknown == {"acme_widget": 1}
    assert re.fullmatch(r"\d{4}-\d{2}", cost.prices_of)
    assert assess(plan(change("acme_widget", None, {"a": 1}))).cost.monthly_delta is None


def test_escalations_follow_the_card() -> None:
    report = assess(
        plan(
            change("aws_security_group", None, {"ingress": [{"cidr_blocks": ["0.0.0.0/0"], "from_port": 22}]}),
            change("aws_db_instance", {"instance_class": "db.t3.micro"}, None),
            change("aws_nat_gateway", None, {"name": "a"}),
        ),
        budget=10,
    )
    assert {(each.situation, each.to) for each in report.escalations} == {
        ("secrets_or_network", "securite"),
        ("production_downtime", "chef-equipe"),
        ("budget", "chef-equipe"),
    }


def test_dependents_of_what_goes_are_named() -> None:
    blocks = [
        {"address": "aws_db_instance.this", "type": "aws_db_instance"},
        {
            "address": "aws_route53_record.db",
            "type": "aws_route53_record",
            "expressions": {"records": {"references": ["aws_db_instance.this.address", "aws_db_instance.this"]}},
        },
    ]
    report = assess(
        plan(change("aws_db_instance", {"a": 1}, None), configuration={"root_module": {"resources": blocks}})
    )
    assert report.blast_radius.dependents == ["aws_route53_record.db"]
    assert list(report.blast_radius.refers_to) == ["aws_route53_record.db"]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=12,
)
NAMES = st.sampled_from(
    ["policy", "ingress", "cidr_blocks", "password", "deletion_protection", "settings", "role", "members", "acl", "versioning",
     "backup_retention_period", "min_size", "instance_type", "tags", "rule", "environment", "deletion_policy"]
)  # fmt: skip
VALUES = st.none() | st.dictionaries(NAMES, JSON, max_size=5)
TYPES = st.sampled_from(
    ["aws_db_instance", "aws_security_group", "aws_iam_policy", "google_compute_firewall", "azurerm_network_security_group",
     "google_sql_database_instance", "aws_s3_bucket", "acme_widget", "aws_instance", "azurerm_role_assignment", ""]
)  # fmt: skip
ACTIONS = st.lists(st.sampled_from(["create", "delete", "update", "no-op", "read", "forget", "other"]), max_size=3)
ENTRIES = st.builds(
    lambda kind, before, after, actions, unknown, hidden: change(
        kind, before, after, actions, unknown=unknown, sensitive_before=hidden, sensitive_after=hidden
    ),
    TYPES,
    VALUES,
    VALUES,
    ACTIONS,
    JSON,
    JSON,
)


@settings(max_examples=150, deadline=None)
@given(st.lists(ENTRIES | JSON, max_size=4), st.dictionaries(NAMES, JSON, max_size=2), JSON)
def test_no_plan_crashes_and_nothing_destroyed_or_unknown_is_safe(
    changes: list[Any], variables: Values, configuration: Any
) -> None:
    report = assess(
        plan(
            *changes, variables=variables, configuration=configuration, prior_state=configuration, checks=configuration
        )
    )
    grave = report.summary.destroy or report.summary.replace or report.summary.forget or report.unknown
    assert not (grave and report.verdict == "safe")
    assert json.loads(report.model_dump_json())["verdict"] == report.verdict


@settings(max_examples=100, deadline=None)
@given(st.text(alphabet='abAB01-_. "\\\n', min_size=4, max_size=12), st.text(max_size=20), st.text(max_size=20))
def test_a_scrubbed_text_never_holds_the_secret(secret: str, left: str, right: str) -> None:
    clean = Scrub({secret})(left + secret + right)
    assert secret not in clean or secret in "[REDACTED:plan_secret]"


def test_instance_keys_with_dots_and_brackets_are_taken_off_an_address() -> None:
    assert without_keys('module.a["x.y]z"].aws_vpc.main[0]') == "module.a.aws_vpc.main"


def test_every_rule_is_registered() -> None:
    folder = Path(registry.__file__).parent
    modules = {path.stem for path in folder.glob("*.py")} - {"__init__", "registry", "unknown_value"}
    assert modules == {
        *registry.OF_A_CHANGE,
        *registry.OF_A_SILENT_CHANGE,
        *registry.OF_A_DRIFT,
        *registry.OF_THE_PLAN,
    }


TERRAFORM = shutil.which("terraform") or shutil.which("tofu")
FIRST = """
variable "pw" {
  type      = string
  sensitive = true
  default   = "planted-Secret-42"
}
resource "terraform_data" "keyed" {
  for_each = toset(["one", "two"])
  input    = { pw = var.pw, name = each.key }
}
resource "terraform_data" "runs" {
  input            = terraform_data.keyed["two"].id
  triggers_replace = ["v1"]
  provisioner "local-exec" {
    command = "true"
  }
}
output "pw" {
  value     = var.pw
  sensitive = true
}
"""


@pytest.mark.skipif(TERRAFORM is None, reason="neither terraform nor tofu is installed")
def test_plans_of_the_real_terraform_are_judged(tmp_path: Path) -> None:
    program = str(TERRAFORM)

    def terraform(*arguments: str) -> bytes:
        environment = {
            "PATH": "/usr/bin:/bin",
            "HOME": str(tmp_path),
            "CHECKPOINT_DISABLE": "1",
            "TF_IN_AUTOMATION": "1",
        }
        return subprocess.run(
            [program, *arguments], cwd=tmp_path, env=environment, check=True, capture_output=True, timeout=60
        ).stdout

    source = tmp_path / "main.tf"
    source.write_text(FIRST)
    terraform("init", "-input=false")
    terraform("plan", "-input=false", "-out=first")
    first = terraform("show", "-json", "first")
    report = assess(first)
    assert report.summary.create == 3
    assert [(each.address, each.attribute) for each in report.unknown] == [("terraform_data.runs", "input")]
    assert "code_execution" in {each.rule for each in report.risks}
    assert "planted-Secret-42" in secrets_of(first)
    assert "planted" not in report.model_dump_json()

    terraform("apply", "-input=false", "first")
    source.write_text(FIRST.replace('"v1"', '"v2"').replace('"one", "two"', '"uno", "two"'))
    terraform("plan", "-input=false", "-out=second")
    second = assess(terraform("show", "-json", "second"))
    assert (second.summary.create, second.summary.replace, second.summary.destroy) == (1, 1, 1)
    lost = next(each for each in second.risks if each.rule == "address_lost")
    assert 'to   = terraform_data.keyed["uno"]' in lost.evidence["suggestion"]
