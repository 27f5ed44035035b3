"""Each rule of the risk report on changes as the real providers write them."""

import json
from typing import Any

import pytest

from resources.catalogue import speaking
from tests.terraform.plan_shapes import Values, change, plan
from tools.terraform.risk import assess
from tools.terraform.risk_report import PlanRisk, RiskReport


def judged(*changes: Values, **top: Any) -> RiskReport:
    with speaking("en"):
        return assess(plan(*changes, **top))


def risk(report: RiskReport, rule: str) -> PlanRisk:
    return next(each for each in report.risks if each.rule == rule)


def policy(*statements: Values) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


READ_ONE = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::one/*"}
ALL = {"Effect": "Allow", "Action": "*", "Resource": "*"}


def ingress(*cidrs: str, port: int = 22) -> Values:
    return {
        "name": "web",
        "ingress": [{"cidr_blocks": list(cidrs), "from_port": port, "to_port": port, "protocol": "tcp"}],
    }


def google_firewall(*sources: str, port: str = "22") -> Values:
    return {
        "direction": "INGRESS",
        "disabled": False,
        "source_ranges": list(sources),
        "allow": [{"protocol": "tcp", "ports": [port]}],
    }


def azure_rule(source: str, port: str) -> Values:
    return {
        "access": "Allow",
        "direction": "Inbound",
        "protocol": "Tcp",
        "source_address_prefix": source,
        "destination_port_range": port,
    }


CASES = [
    # data that would be gone
    ("stateful_destroy", "critical", change("aws_db_instance", {"skip_final_snapshot": True}, None)),
    ("stateful_destroy", "high", change("aws_db_instance", {"deletion_protection": True}, None)),
    (
        "stateful_destroy",
        "high",
        change("aws_db_instance", {"skip_final_snapshot": False, "final_snapshot_identifier": "last"}, None),
    ),
    (
        "stateful_replace",
        "critical",
        change("google_sql_database_instance", {"name": "a"}, {"name": "b"}, ["delete", "create"]),
    ),
    (
        "stateful_destroy",
        "high",
        change("google_sql_database_instance", {"settings": [{"deletion_protection_enabled": True}]}, None),
    ),
    ("stateful_destroy", "critical", change("azurerm_storage_account", {"name": "a"}, None)),
    ("stateful_destroy", "high", change("acme_database", {"name": "a"}, None)),
    ("stateful_destroy", "critical", change("aws_ebs_volume", {"size": 1}, None, deposed="1a2b3c4d")),
    # gaps in a service
    ("replace_downtime", "high", change("aws_instance", {"ami": "a"}, {"ami": "b"}, ["delete", "create"])),
    ("replace", "medium", change("aws_instance", {"ami": "a"}, {"ami": "b"}, ["create", "delete"])),
    ("destroy", "medium", change("aws_iam_role", {"name": "a"}, None)),
    # doors
    ("public_exposure", "critical", change("aws_security_group", ingress("10.0.0.0/8"), ingress("0.0.0.0/0"))),
    ("public_exposure", "medium", change("aws_security_group", None, ingress("::/0", port=443))),
    (
        "public_exposure",
        "critical",
        change(
            "aws_security_group_rule",
            None,
            {"type": "ingress", "from_port": 0, "to_port": 0, "protocol": "-1", "cidr_blocks": ["0.0.0.0/0"]},
        ),
    ),
    (
        "public_exposure",
        "critical",
        change(
            "aws_vpc_security_group_ingress_rule",
            None,
            {"cidr_ipv4": "0.0.0.0/0", "from_port": 5432, "to_port": 5432, "ip_protocol": "tcp"},
        ),
    ),
    (
        "public_exposure",
        "critical",
        change("google_compute_firewall", google_firewall("10.0.0.0/8"), google_firewall("0.0.0.0/0")),
    ),
    ("public_exposure", "critical", change("azurerm_network_security_rule", None, azure_rule("*", "3389"))),
    (
        "public_exposure",
        "critical",
        change(
            "azurerm_mssql_firewall_rule",
            None,
            {"start_ip_address": "0.0.0.0", "end_ip_address": "255.255.255.255"},
        ),
    ),
    (
        "public_exposure",
        "high",
        change("hcloud_firewall", None, {"rule": [{"direction": "in", "source_ips": ["0.0.0.0/0"], "port": "22"}]}),
    ),
    (
        "public_exposure",
        "critical",
        change("aws_db_instance", {"publicly_accessible": False}, {"publicly_accessible": True}),
    ),
    ("public_exposure", "high", change("aws_s3_bucket_public_access_block", {"block_public_acls": True}, None)),
    (
        "public_exposure",
        "high",
        change("aws_s3_bucket_acl", {"acl": "private"}, {"acl": "public-read"}),
    ),
    ("public_exposure", "medium", change("aws_lb", {"internal": True}, {"internal": False})),
    (
        "public_exposure",
        "critical",
        change("google_storage_bucket_iam_member", None, {"role": "roles/storage.objectViewer", "member": "allUsers"}),
    ),
    (
        "public_exposure",
        "critical",
        change("aws_s3_bucket_policy", None, {"policy": policy({**READ_ONE, "Principal": "*"})}),
    ),
    # permissions
    ("iam_widened", "critical", change("aws_iam_policy", {"policy": policy(READ_ONE)}, {"policy": policy(ALL)})),
    (
        "iam_widened",
        "critical",
        change("aws_iam_role_policy_attachment", None, {"policy_arn": "arn:aws:iam::aws:policy/AdministratorAccess"}),
    ),
    ("iam_widened", "critical", change("google_project_iam_member", None, {"role": "roles/owner", "member": "user:a"})),
    ("iam_widened", "critical", change("azurerm_role_assignment", None, {"role_definition_name": "Owner"})),
    (
        "iam_widened",
        "medium",
        change("google_project_iam_binding", {"role": "r", "members": ["a"]}, {"role": "r", "members": ["a", "b"]}),
    ),
    (
        "iam_widened",
        "critical",
        change(
            "kubernetes_cluster_role_binding",
            None,
            {"role_ref": [{"kind": "ClusterRole", "name": "cluster-admin"}], "subject": [{"name": "x"}]},
        ),
    ),
    ("iam_widened", "medium", change("aws_iam_access_key", None, {"user": "bot"})),
    # safeguards
    ("safeguard_off", "high", change("aws_rds_cluster", {"storage_encrypted": True}, {"storage_encrypted": False})),
    (
        "safeguard_off",
        "high",
        change("aws_db_instance", {"backup_retention_period": 7}, {"backup_retention_period": 0}),
    ),
    (
        "safeguard_off",
        "medium",
        change("aws_db_instance", {"backup_retention_period": 7}, {"backup_retention_period": 1}),
    ),
    (
        "safeguard_off",
        "high",
        change("aws_s3_bucket", {"versioning": [{"enabled": True}]}, {"versioning": [{"enabled": False}]}),
    ),
    (
        "safeguard_off",
        "high",
        change(
            "aws_s3_bucket_versioning",
            {"versioning_configuration": [{"status": "Enabled"}]},
            {"versioning_configuration": [{"status": "Suspended"}]},
        ),
    ),
    ("safeguard_off", "high", change("aws_cloudtrail", {"name": "a"}, None)),
    (
        "safeguard_off",
        "medium",
        change(
            "aws_eks_cluster",
            {"enabled_cluster_log_types": ["api", "audit"]},
            {"enabled_cluster_log_types": ["api"]},
        ),
    ),
    (
        "safeguard_off",
        "high",
        change("azurerm_storage_account", {"min_tls_version": "TLS1_2"}, {"min_tls_version": "TLS1_0"}),
    ),
    ("safeguard_off", "medium", change("aws_ebs_volume", None, {"encrypted": False})),
    (
        "deletion_protection_off",
        "high",
        change("aws_db_instance", {"deletion_protection": True}, {"deletion_protection": False}),
    ),
    (
        "deletion_protection_off",
        "high",
        change("aws_db_instance", {"skip_final_snapshot": False}, {"skip_final_snapshot": True}),
    ),
    ("deletion_protection_off", "high", change("azurerm_management_lock", {"lock_level": "CanNotDelete"}, None)),
    ("unprotected", "low", change("aws_db_instance", None, {"deletion_protection": False})),
    # secrets, names, network, capacity
    (
        "secret_in_clear",
        "high",
        change("aws_lambda_function", None, {"environment": [{"variables": {"DB_PASSWORD": "Tr0ub4dor&3x"}}]}),
    ),
    ("dns_change", "high", change("aws_route53_record", {"name": "a", "records": ["1.2.3.4"]}, None)),
    ("dns_change", "medium", change("google_dns_record_set", {"rrdatas": ["1"]}, {"rrdatas": ["2"]})),
    ("certificate_change", "high", change("aws_acm_certificate", {"domain_name": "a"}, None)),
    ("network_topology", "high", change("aws_subnet", {"cidr_block": "10.0.0.0/24"}, None)),
    ("network_topology", "medium", change("azurerm_virtual_network", {"dns_servers": []}, {"dns_servers": ["1"]})),
    ("capacity_cut", "medium", change("aws_autoscaling_group", {"min_size": 3}, {"min_size": 1})),
    ("capacity_cut", "high", change("aws_ecs_service", {"desired_count": 2}, {"desired_count": 0})),
    ("capacity_cut", "medium", change("aws_instance", {"instance_type": "m5.4xlarge"}, {"instance_type": "m5.large"})),
    ("capacity_cut", "high", change("aws_db_instance", {"multi_az": True}, {"multi_az": False})),
    # the rest
    ("restart", "medium", change("aws_instance", {"instance_type": "t3.micro"}, {"instance_type": "t3.large"})),
    ("restart", "medium", change("aws_db_instance", {"engine_version": "14"}, {"engine_version": "15"})),
    ("opaque_change", "medium", change("helm_release", {"version": "1"}, {"version": "2"})),
    ("safeguard_off", "medium", change("aws_cloudwatch_log_group", {"retention_in_days": 0}, {"retention_in_days": 7})),
    ("public_exposure", "medium", change("aws_lb", None, {"internal": False, "name": "web"})),
    ("unreviewed_type", "low", change("acme_widget", None, {"name": "a"})),
    ("forget", "medium", change("aws_instance", {"ami": "a"}, None, ["forget"])),
    ("import", "low", change("aws_instance", {"a": 1}, {"a": 1}, ["no-op"], body={"importing": {"id": "i-1"}})),
]


@pytest.mark.parametrize(("rule", "level", "shape"), CASES, ids=lambda each: each if isinstance(each, str) else "")
def test_a_rule_says_what_is_dangerous_and_how_much(rule: str, level: str, shape: Values) -> None:
    report = judged(shape)
    found = [each for each in report.risks if each.rule == rule]
    assert [each.level for each in found] == [level], report.risks
    assert found[0].address == shape["address"]
    assert found[0].message
    assert report.verdict == ("dangerous" if level in {"high", "critical"} else report.verdict) != "safe"


HARMLESS = [
    change("aws_instance", {"tags": {}}, {"tags": {"Team": "a"}}),
    change("aws_security_group", ingress("0.0.0.0/0"), ingress("10.0.0.0/8")),
    change("aws_security_group", None, {"name": "a", "ingress": [], "egress": [{"cidr_blocks": ["0.0.0.0/0"]}]}),
    change("aws_db_instance", {"deletion_protection": False}, {"deletion_protection": True}),
    change("aws_cloudwatch_log_group", {"retention_in_days": 7}, {"retention_in_days": 0}),
    change("aws_db_instance", {"backup_retention_period": 1}, {"backup_retention_period": 7}),
    change("aws_iam_policy", {"policy": policy(READ_ONE, ALL)}, {"policy": policy(READ_ONE)}),
    change("azurerm_network_security_rule", None, {**azure_rule("*", "22"), "access": "Deny"}),
    change("google_compute_firewall", None, {**google_firewall("0.0.0.0/0"), "direction": "EGRESS"}),
    change("aws_s3_bucket", {"versioning": [{"enabled": False}]}, {"versioning": [{"enabled": True}]}),
    change("null_resource", None, {"triggers": None}, unknown={"id": True}),
    change("aws_instance", {"ami": "a"}, {"ami": "a"}, ["no-op"]),
    {**change("aws_ami", None, {"id": "a"}, ["read"]), "mode": "data", "address": "data.aws_ami.this"},
]


@pytest.mark.parametrize("shape", HARMLESS, ids=lambda each: f"{each['type']}-{each['change']['actions'][0]}")
def test_what_makes_nothing_worse_is_safe(shape: Values) -> None:
    report = judged(shape)
    assert report.verdict == "safe", report.risks


def test_a_removed_key_suggests_the_moved_block_that_keeps_the_instance() -> None:
    report = judged(
        change(
            "aws_instance",
            {"tags": {"Name": "web"}},
            None,
            address='aws_instance.web["old"]',
            action_reason="delete_because_each_key",
        ),
        change("aws_instance", None, {"tags": {"Name": "web"}}, address='aws_instance.web["new"]'),
    )
    found = risk(report, "address_lost")
    assert found.evidence["suggestion"] == (
        'moved {\n  from = aws_instance.web["old"]\n  to   = aws_instance.web["new"]\n}'
    )


def test_a_moved_module_is_seen_without_a_reason_in_the_plan() -> None:
    report = judged(
        change("aws_s3_bucket", {"bucket": "logs"}, None, address="module.a.aws_s3_bucket.this"),
        change("aws_s3_bucket", None, {"bucket": "logs"}, address="module.b.aws_s3_bucket.this"),
    )
    assert risk(report, "address_lost").evidence["after"] == "module.b.aws_s3_bucket.this"


def test_of_a_block_that_may_only_have_been_renamed_the_way_to_keep_it_is_said() -> None:
    gone = change("aws_instance", {"ami": "a"}, None, address="module.a.aws_instance.old",
                  action_reason="delete_because_no_resource_config")  # fmt: skip
    made = change("aws_instance", None, {"ami": "b"}, address="module.a.aws_instance.new")
    found = risk(judged(gone, made), "address_lost")
    assert "renamed" in found.message
    assert found.evidence["suggestion"].split() == [
        *("moved", "{", "from", "=", "module.a.aws_instance.old", "to", "=", "module.a.aws_instance.new", "}")
    ]
    elsewhere = change("aws_instance", None, {"ami": "b"}, address="module.b.aws_instance.new")
    another = change("aws_instance", None, {"ami": "c"}, address="module.a.aws_instance.third")
    for others in ((elsewhere,), (made, another)):
        assert "suggestion" not in risk(judged(gone, *others), "address_lost").evidence


def test_a_key_that_only_goes_is_explained() -> None:
    gone = change(
        "aws_instance", {"a": 1}, None, address="aws_instance.a[2]", action_reason="delete_because_count_index"
    )
    assert "count" in risk(judged(gone), "address_lost").message


def test_drift_is_reported_with_what_changed() -> None:
    report = judged(resource_drift=[change("aws_security_group", {"description": "a"}, {"description": "b"})])
    assert risk(report, "drift").evidence["changed"] == "description"
    assert report.verdict == "review"


def test_something_deleted_outside_terraform_is_grave_when_it_held_data() -> None:
    report = judged(resource_drift=[change("aws_db_instance", {"identifier": "a"}, None)])
    assert risk(report, "drift").level == "high"


def configuration(*blocks: Values) -> Values:
    return {"root_module": {"resources": list(blocks)}}


def test_a_provisioner_that_will_run_is_dangerous() -> None:
    block = {
        "address": "null_resource.this",
        "mode": "managed",
        "type": "null_resource",
        "provisioners": [{"type": "local-exec"}],
    }
    report = judged(change("null_resource", None, {}), configuration=configuration(block))
    assert risk(report, "code_execution").level == "high"


def test_an_external_data_source_is_said_even_in_a_plan_that_changes_nothing() -> None:
    block = {"address": "data.external.x", "mode": "data", "type": "external"}
    report = judged(configuration=configuration(block))
    assert risk(report, "code_execution").address == "data.external.x"
    assert report.verdict != "safe"


def test_provisioners_of_nested_modules_are_found() -> None:
    block = {"address": "null_resource.x", "type": "null_resource", "provisioners": [{"type": "local-exec"}]}
    inner = {"module_calls": {"b": {"module": {"resources": [block]}}}}
    report = judged(configuration={"root_module": {"module_calls": {"a": {"module": inner}}}})
    assert risk(report, "code_execution").address == "module.a.module.b.null_resource.x"


def test_a_configured_value_known_only_later_is_unknown_and_never_safe() -> None:
    block = {
        "address": "terraform_data.this",
        "mode": "managed",
        "type": "terraform_data",
        "expressions": {"input": {"references": ["terraform_data.other.id"]}},
    }
    report = judged(
        change("terraform_data", None, {}, unknown={"id": True, "input": True}), configuration=configuration(block)
    )
    assert [(each.address, each.attribute) for each in report.unknown] == [("terraform_data.this", "input")]
    assert report.verdict == "review"


def test_what_the_cloud_computes_by_itself_is_not_called_unknown() -> None:
    block = {"address": "null_resource.this", "type": "null_resource", "mode": "managed", "expressions": {}}
    report = judged(change("null_resource", None, {}, unknown={"id": True}), configuration=configuration(block))
    assert report.unknown == []
    assert report.verdict == "safe"


def test_of_a_block_only_what_somebody_wrote_in_it_is_unknown() -> None:
    block = {
        "address": "aws_instance.this",
        "type": "aws_instance",
        "mode": "managed",
        "expressions": {
            "root_block_device": [{"volume_size": {"constant_value": 20}, "kms_key_id": {"references": ["x"]}}]
        },
    }

    def unknown(**mask: bool) -> list[str]:
        values = {"root_block_device": [{"volume_size": 20}]}
        report = judged(
            change("aws_instance", None, values, unknown={"root_block_device": [mask]}),
            configuration=configuration(block),
        )
        return [each.attribute for each in report.unknown]

    assert unknown(volume_id=True, device_name=True) == []
    assert unknown(volume_id=True, kms_key_id=True) == ["root_block_device"]


@pytest.mark.parametrize(
    ("top", "rule"),
    [
        ({"errored": True}, "incomplete_plan"),
        ({"complete": False}, "incomplete_plan"),
        ({"format_version": "2.0"}, "incomplete_plan"),
        ({"deferred_changes": [{"reason": "x", "resource_change": {"address": "a.b"}}]}, "incomplete_plan"),
        ({"checks": [{"address": {"to_display": "check.x"}, "status": "fail"}]}, "check_failed"),
        ({"action_invocations": [{"address": "action.a.b", "type": "a"}]}, "code_execution"),
    ],
)
def test_a_plan_that_does_not_say_everything_is_never_safe(top: Values, rule: str) -> None:
    report = judged(**top)
    assert report.verdict != "safe"
    assert rule in {each.rule for each in report.risks}
