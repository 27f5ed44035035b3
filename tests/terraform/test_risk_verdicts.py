"""The verdict on changes that look harmless and are not, and on those that are; never `safe` by silence."""

import json
import lzma
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from resources.facts import read_facts
from tests.terraform.plan_shapes import Values, change, plan
from tools.terraform.risk import assess
from tools.terraform.risk_report import LEVELS

SCHEMAS = Path(__file__).resolve().parents[3] / "shared/data/provider-schemas"
WORLD = "0.0.0.0/0"


def policy(*statements: Values) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def allow(action: str, resource: str = "*", **more: Any) -> Values:
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def door(*sources: str, **more: Any) -> Values:
    return {"ingress": [{"cidr_blocks": list(sources), "from_port": 22, "to_port": 22, "protocol": "tcp", **more}]}


READ = allow("s3:GetObject", "arn:aws:s3:::one/*")
OIDC = {"Effect": "Allow", "Action": "sts:AssumeRoleWithWebIdentity", "Principal": {"Federated": "arn:aws:iam::1:oidc"}}
ONE_REPOSITORY = {"Condition": {"StringLike": {"token:sub": "repo:a/b:*"}}}
ALL_REPOSITORIES = {"Condition": {"StringLike": {"token:sub": "*"}}}
EVERYBODY = allow("s3:GetObject", "arn:aws:s3:::one/*", Principal="*")
ADMINISTRATOR = "arn:aws:iam::aws:policy/AdministratorAccess"
ACT_AS = "roles/iam.serviceAccountUser"
POOL = "principalSet://iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/github"
SHUT = {"default_action": "Deny", "ip_rules": ["1.2.3.4"]}
GKE = "google_container_cluster"

# What the change is, the rule that must speak and how loud at least.
GRAVE: list[tuple[str, str, Values]] = [
    # what kept people out, and says nothing any more
    ("public_exposure", "high", change("azurerm_storage_account", {"network_rules": [SHUT]}, {"network_rules": []})),
    ("public_exposure", "high", change("azurerm_key_vault", {"network_acls": [SHUT]}, {"network_acls": []})),
    ("public_exposure", "high", change("azurerm_cosmosdb_account", {"ip_range_filter": ["1.2.3.4"]}, {})),
    (
        "public_exposure",
        "high",
        change(
            "azurerm_kubernetes_cluster", {"api_server_access_profile": [{"authorized_ip_ranges": ["1.2.3.4/32"]}]}, {}
        ),
    ),
    (
        "public_exposure",
        "high",
        change(GKE, {"master_authorized_networks_config": [{"cidr_blocks": [{"cidr_block": "10.0.0.0/8"}]}]}, {}),
    ),
    ("public_exposure", "high", change("aws_s3_bucket_public_access_block", {"block_public_policy": True}, {})),
    ("public_exposure", "high", change("google_compute_firewall", {"target_tags": ["web"]}, {"target_tags": None})),
    ("public_exposure", "high", change("azurerm_storage_account_network_rules", {"default_action": "Deny"}, None)),
    ("public_exposure", "medium", change("azurerm_network_security_rule", {"access": "Deny"}, None)),
    ("public_exposure", "medium", change("google_compute_firewall", {"deny": [{"protocol": "all"}]}, None)),
    # doors
    ("public_exposure", "critical", change("aws_security_group", None, door("0.0.0.0/1", "128.0.0.0/1"))),
    ("public_exposure", "low", change("aws_security_group", None, door("203.0.113.7/32"))),
    (
        "public_exposure",
        "critical",
        change("azurerm_mssql_firewall_rule", None, {"start_ip_address": "1.0.0.0", "end_ip_address": "254.0.0.0"}),
    ),
    ("public_exposure", "critical", change("google_cloud_run_v2_service", {}, {"invoker_iam_disabled": True})),
    ("public_exposure", "critical", change("aws_db_snapshot", None, {"shared_accounts": ["all"]})),
    ("public_exposure", "high", change("azurerm_redis_cache", {"a": 1}, {"a": 1, "non_ssl_port_enabled": True})),
    ("public_exposure", "medium", change("azurerm_container_app", None, {"ingress": [{"external_enabled": True}]})),
    (
        "public_exposure",
        "medium",
        change("aws_launch_template", None, {"network_interfaces": [{"associate_public_ip_address": "true"}]}),
    ),
    (
        "public_exposure",
        "medium",
        change(
            "aws_api_gateway_rest_api",
            {"endpoint_configuration": [{"types": ["PRIVATE"]}]},
            {"endpoint_configuration": [{"types": ["REGIONAL"]}]},
        ),
    ),
    ("public_exposure", "medium", change("google_compute_global_forwarding_rule", None, {"target": "t"})),
    ("public_exposure", "medium", change("aws_ecrpublic_repository", None, {"repository_name": "r"})),
    ("public_exposure", "critical", change("aws_s3_bucket_policy", None, {"policy": policy(EVERYBODY)})),
    *(
        ("public_exposure", "critical", change("aws_s3_bucket_policy", None, {"policy": policy(EVERYBODY | told)}))
        for told in (
            {"Condition": {"NotIpAddress": {"aws:SourceIp": "10.0.0.0/8"}}},
            {"Condition": {"IpAddress": {"aws:SourceIp": WORLD}}},
            {"Condition": {"StringEqualsIfExists": {"aws:SourceVpce": "vpce-1"}}},
            {"Condition": {"StringLike": {"aws:PrincipalOrgID": "*"}}},
            {"Condition": {"Bool": {"aws:SecureTransport": "true"}}},
        )
    ),
    # permissions
    (
        "iam_widened",
        "medium",
        change(
            "aws_iam_policy",
            {"policy": policy(READ, {"Effect": "Deny", "Action": "s3:Delete*", "Resource": "*"})},
            {"policy": policy(READ)},
        ),
    ),
    *(
        (
            "iam_widened",
            "medium",
            change(
                "aws_iam_role",
                {"assume_role_policy": policy(OIDC | ONE_REPOSITORY)},
                {"assume_role_policy": policy(wider)},
            ),
        )
        for wider in (OIDC, OIDC | ALL_REPOSITORIES)
    ),
    ("iam_widened", "high", change("aws_iam_role", {"permissions_boundary": "arn:b"}, {})),
    ("iam_widened", "high", change("google_service_account_iam_member", None, {"role": ACT_AS, "member": f"{POOL}/*"})),
    ("iam_widened", "high", change("google_project_iam_member", None, {"role": ACT_AS, "member": "user:a@b.example"})),
    ("iam_widened", "medium", change("aws_lambda_function", {"role": "arn:a"}, {"role": "arn:b"})),
    ("iam_widened", "medium", change("aws_instance", {"iam_instance_profile": "a"}, {"iam_instance_profile": "b"})),
    ("iam_widened", "medium", change("aws_iam_openid_connect_provider", None, {"url": "https://issuer.example"})),
    (
        "iam_widened",
        "critical",
        change("aws_ssoadmin_managed_policy_attachment", None, {"managed_policy_arn": ADMINISTRATOR}),
    ),
    ("iam_widened", "critical", change("aws_iam_policy", None, {"policy": policy(allow("**"))})),
    ("iam_widened", "high", change("aws_iam_policy", None, {"policy": policy(allow("i?m:*"))})),
    ("iam_widened", "high", change("aws_iam_policy", None, {"policy": policy(allow("*", "arn:aws:*:*:*:*"))})),
    (
        "iam_widened",
        "high",
        change("google_project_iam_custom_role", None, {"permissions": ["resourcemanager.projects.setIamPolicy"]}),
    ),
    (
        "iam_widened",
        "high",
        change(
            "azurerm_role_definition",
            None,
            {"permissions": [{"actions": ["Microsoft.Authorization/roleAssignments/write"]}]},
        ),
    ),
    ("iam_widened", "critical", change("kubernetes_cluster_role", None, {"rule": [{"verbs": ["*"]}]})),
    (
        "iam_widened",
        "critical",
        change("kubernetes_cluster_role_binding", None, {"subject": [{"kind": "User", "name": "system:anonymous"}]}),
    ),
    ("iam_widened", "critical", change("aws_vpc_endpoint_service_allowed_principal", None, {"principal_arn": "*"})),
    # safeguards
    (
        "deletion_protection_off",
        "high",
        change("aws_s3_bucket", {"bucket": "b"}, {"bucket": "b", "force_destroy": True}),
    ),
    (
        "deletion_protection_off",
        "high",
        change("aws_db_instance", {"final_snapshot_identifier": "f"}, {"final_snapshot_identifier": None}),
    ),
    ("deletion_protection_off", "high", change("aws_db_instance", {}, {"delete_automated_backups": True})),
    ("safeguard_off", "high", change("aws_sqs_queue", {"kms_master_key_id": "k"}, {"kms_master_key_id": None})),
    ("safeguard_off", "high", change("aws_ebs_encryption_by_default", {"enabled": True}, {"enabled": False})),
    ("safeguard_off", "high", change("google_redis_instance", {"auth_enabled": True}, {"auth_enabled": False})),
    ("safeguard_off", "high", change("aws_cloudfront_distribution", {"web_acl_id": "w"}, {"web_acl_id": None})),
    (
        "safeguard_off",
        "high",
        change(
            "aws_instance",
            {"metadata_options": [{"http_tokens": "required"}]},
            {"metadata_options": [{"http_tokens": "optional"}]},
        ),
    ),
    (
        "safeguard_off",
        "medium",
        change(
            "azurerm_storage_account",
            {"blob_properties": [{"delete_retention_policy": [{"days": 30}]}]},
            {"blob_properties": [{"delete_retention_policy": [{"days": 1}]}]},
        ),
    ),
    ("secret_in_clear", "medium", change("aws_ssm_parameter", None, {"name": "/shop/db_password", "type": "String"})),
    # weak from the start
    *(
        ("weak_start", level, change(kind, None, values))
        for level, kind, values in (
            ("low", "aws_instance", {"user_data": "#!/bin/sh"}),
            ("low", "aws_instance", {"metadata_options": [{"http_tokens": "optional"}]}),
            ("medium", "aws_instance", {"root_block_device": [{"encrypted": False}]}),
            ("medium", "azurerm_linux_virtual_machine", {"disable_password_authentication": False}),
            ("low", "google_compute_instance", {"service_account": [{"scopes": ["cloud-platform"]}]}),
            ("low", "aws_s3_bucket_ownership_controls", {"rule": [{"object_ownership": "ObjectWriter"}]}),
            ("low", "aws_lb_listener", {"protocol": "HTTP", "default_action": [{"type": "forward"}]}),
            ("low", "tls_private_key", {"algorithm": "RSA"}),
            ("low", "local_file", {"filename": "./kubeconfig", "content": "a"}),
            ("high", "local_file", {"filename": "/etc/cron.d/job", "content": "a"}),
            ("high", "local_sensitive_file", {"filename": "../../.ssh/authorized_keys"}),
            ("high", "local_file", {"content": "a"}),
        )
    ),
    ("iam_widened", "low", change("aws_iam_user", None, {"name": "bot"})),
    ("iam_widened", "low", change("google_service_account", None, {"account_id": "bot"})),
    # settings that no rule reads
    *(
        ("settings_changed", "low", change(kind, {name: before}, {name: after}))
        for kind, name, before, after in (
            ("aws_instance", "vpc_security_group_ids", ["sg-a"], ["sg-b"]),
            ("aws_lambda_function", "source_code_hash", "a", "b"),
            ("aws_lambda_function", "layers", [], ["arn:aws:lambda:eu-west-3:999:layer:other:1"]),
            ("aws_lambda_function", "reserved_concurrent_executions", -1, 0),
            ("aws_ecs_service", "task_definition", "web:1", "web:2"),
            ("aws_lb_listener", "ssl_policy", "ELBSecurityPolicy-TLS13-1-2-2021-06", "ELBSecurityPolicy-2016-08"),
            ("google_compute_instance", "metadata", {}, {"ssh-keys": "someone"}),
            ("aws_kms_key", "is_enabled", True, False),
            ("azurerm_storage_account", "account_replication_type", "GRS", "LRS"),
        )
    ),
]


@pytest.mark.parametrize(("rule", "level", "shape"), GRAVE, ids=lambda each: each if isinstance(each, str) else "")
def test_what_looks_harmless_and_is_not_is_said(rule: str, level: str, shape: Values) -> None:
    report = assess(plan(shape))
    levels = [LEVELS.index(each.level) for each in report.risks if each.rule == rule]
    assert levels, report.risks
    assert max(levels) >= LEVELS.index(level)
    assert report.verdict != "safe"


@pytest.mark.parametrize(
    "shape",
    [
        change(
            "google_service_account_iam_member",
            None,
            {"role": "roles/iam.workloadIdentityUser", "member": f"{POOL}/attribute.environment/prod"},
        ),
        change(
            "google_cloud_run_v2_service",
            None,
            {"invoker_iam_disabled": True, "ingress": "INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER"},
        ),
        change(
            "google_cloud_run_v2_service",
            None,
            {"template": [{"containers": [{"env": [{"value_source": [{"secret_key_ref": [{"secret": "orders-DATABASE_URL"}]}]}]}]}]},
        ),
    ],
    ids=["one-account", "behind-a-load-balancer", "secret-by-name"],
)  # fmt: skip
def test_what_is_narrow_behind_a_door_or_named_only_is_no_alarm(shape: Values) -> None:
    assert not [each for each in assess(plan(shape)).risks if each.level in {"high", "critical"}]


HARMLESS = [
    change("aws_db_instance", {"tags": {"a": "1"}, "tags_all": {"a": "1"}}, {"tags": {}, "tags_all": {}}),
    change("aws_lambda_function", {"memory_size": 128, "description": "a"}, {"memory_size": 256, "description": "b"}),
    change("aws_autoscaling_group", {"max_size": 2}, {"max_size": 6}),
    change("aws_dynamodb_table", {"point_in_time_recovery": [{"enabled": False}]},
           {"point_in_time_recovery": [{"enabled": True}]}),
    change("aws_s3_bucket_public_access_block", {"block_public_acls": False}, {"block_public_acls": True}),
    change("aws_security_group", door("10.0.0.0/8"), door("10.1.0.0/16")),
    change("aws_s3_bucket", None, {"bucket": "b"}),
    change("aws_lb_listener", None, {"protocol": "HTTP", "default_action": [{"type": "redirect"}]}),
    change("aws_instance", None, {"ami": "a", "metadata_options": [{"http_tokens": "required"}],
                                  "root_block_device": [{"encrypted": True}]}),
    change("aws_sqs_queue", None, {"name": "q", "sqs_managed_sse_enabled": True}),
    change("aws_s3_bucket_policy", None, {"policy": policy(
        {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "*",
         "Condition": {"Bool": {"aws:SecureTransport": "false"}}})}),
]  # fmt: skip


@pytest.mark.parametrize("shape", HARMLESS, ids=lambda each: f"{each['type']}-{each['change']['actions'][0]}")
def test_a_change_that_is_known_to_be_harmless_is_safe(shape: Values) -> None:
    report = assess(plan(shape))
    assert report.verdict == "safe", report.risks


def test_an_aws_policy_for_one_source_is_not_public() -> None:
    sender = allow("sqs:SendMessage", "arn:aws:sqs:eu-west-3:1:q", Principal="*")
    narrow = sender | {"Condition": {"ArnEquals": {"aws:SourceArn": "arn:aws:sns:eu-west-3:1:t"}}}
    report = assess(plan(change("aws_sqs_queue_policy", None, {"policy": policy(narrow)})))
    assert "public_exposure" not in {each.rule for each in report.risks}


@pytest.mark.parametrize(
    "top",
    [
        {"resource_changes": {"a": change("aws_db_instance", {"a": 1}, None)}},
        {"resource_changes": "cut"},
        {"resource_changes": None, "planned_values": {"root_module": {"resources": [{"address": "aws_vpc.a"}]}}},
        {"errored": "true"},
        {"complete": "no"},
        {"resource_changes": [change("aws_s3_bucket", {"bucket": "a"}, {"bucket": "b"}, ["no-op"])]},
    ],
    ids=["object", "text", "values only", "errored", "incomplete", "no-op that changes"],
)
def test_a_plan_that_contradicts_itself_is_never_safe(top: Values) -> None:
    report = assess(json.dumps(json.loads(plan()) | top).encode())
    assert report.unknown or report.risks
    assert report.verdict != "safe"


def test_what_a_plan_hides_as_sensitive_is_unknown_where_it_decides() -> None:
    for hidden in ({"acl": True}, True):
        report = assess(plan(change("aws_s3_bucket_acl", None, {"acl": "private"}, sensitive_after=hidden)))
        assert [each.attribute for each in report.unknown] == ["acl"]
        assert report.verdict == "review"


def test_rules_of_a_dynamic_block_that_nobody_knows_yet_are_unknown() -> None:
    shape = change("aws_security_group", None, {"ingress": [{"from_port": 22}]},
                   unknown={"ingress": [{"cidr_blocks": True}]})  # fmt: skip
    block = {"address": "aws_security_group.this", "mode": "managed", "type": "aws_security_group", "expressions": {}}
    report = assess(plan(shape, configuration={"root_module": {"resources": [block]}}))
    assert [each.attribute for each in report.unknown] == ["ingress"]


def test_a_document_rendered_during_the_apply_is_read_before_it() -> None:
    values = {"statement": [{"effect": "Allow", "actions": ["*"], "resources": ["*"]}]}
    data = {**change("aws_iam_policy_document", None, values, ["read"]), "mode": "data"}
    report = assess(plan(data, change("aws_iam_policy", None, {"name": "n"}, unknown={"policy": True})))
    assert {"iam_widened"} <= {each.rule for each in report.risks if each.level == "critical"}


def test_without_its_configuration_a_plan_does_not_hide_what_runs_code() -> None:
    for shape in (
        change("null_resource", None, {"triggers": None}),
        {**change("external", None, {"program": ["sh"]}, ["read"]), "mode": "data", "address": "data.external.x"},
    ):
        report = assess(plan(shape, configuration=None))
        assert "code_execution" in {each.rule for each in report.risks}
    ran = {"values": {"root_module": {"resources": [{"address": "data.external.x", "type": "external"}]}}}
    assert assess(plan(configuration=None, prior_state=ran)).verdict != "safe"


def test_a_secret_written_into_the_configuration_is_found_behind_its_mask() -> None:
    block = {
        "address": "aws_db_instance.this",
        "mode": "managed",
        "type": "aws_db_instance",
        "expressions": {"password": {"constant_value": "planted-9x8y7z"}, "username": {"constant_value": "app"}},
    }
    values = {"password": "planted-9x8y7z", "username": "app"}
    shape = change("aws_db_instance", None, values, sensitive_after={"password": True})
    report = assess(plan(shape, configuration={"root_module": {"resources": [block]}}))
    found = [each for each in report.risks if each.rule == "secret_in_clear"]
    assert [(each.level, each.evidence) for each in found] == [("high", {"attribute": "password"})]
    assert "planted" not in report.model_dump_json()


def settings(block: Values, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], str]]:
    """Every setting of a schema with its type, where that is simple."""
    for name, told in block.get("attributes", {}).items():
        if isinstance(told.get("type"), str) and (told.get("optional") or told.get("required")):
            yield (*path, name), told["type"]
    for name, inner in block.get("block_types", {}).items():
        if name != "timeouts" and len(path) < 2:
            yield from settings(inner["block"], (*path, name))


@pytest.mark.skipif(not SCHEMAS.is_dir(), reason="the providers' schemas are not beside this repository")
@pytest.mark.parametrize("cloud", ["aws", "azurerm", "google"])
def test_no_text_of_a_reviewed_type_changes_in_silence(cloud: str) -> None:
    known = read_facts("terraform_resource_risk")["types"]
    schemas = json.loads(lzma.decompress((SCHEMAS / f"{cloud}.json.xz").read_bytes()))["resource_schemas"]
    silent: set[str] = set()
    for kind in sorted(schemas.keys() & known.keys()):
        for path, of in settings(schemas[kind]["block"]):
            before, after = ({"string": ("one", "two"), "bool": (True, False)}.get(of)) or (10, 5)
            sides: list[Any] = [before, after]
            for step in reversed(path[1:]):
                sides = [[{step: side}] for side in sides]
            shape = change(kind, {path[0]: sides[0]}, {path[0]: sides[1]})
            if assess(plan(shape)).verdict == "safe":
                silent.add(".".join(path))
    assert {each for each in silent if each.rpartition(".")[2] not in SILENT} == set()


# Prose, what a provider writes by itself, firewall rules between one's own networks, and what closes something.
SILENT = frozenset({
    "description", "comment", "display_name", "message", "arn", "etag", "fingerprint", "generation",
    "from_port", "to_port", "protocol", "ip_protocol", "cidr_block", "cidr_ipv4", "cidr_ipv6", "cidr",
    "source_address_prefix", "destination_port_range",
    "admin_enabled", "allow_nested_items_to_be_public", "anonymous_pull_enabled", "associate_public_ip_address",
    "external_enabled", "invoker_iam_disabled", "enable_public_ip", "enable_legacy_abac", "assign_public_ip",
    "is_publicly_accessible", "non_ssl_port_enabled", "public_data_endpoint_enabled", "publicly_accessible",
    "ipv4_enabled", "shared_access_key_enabled", "endpoint_public_access", "public_network_access_enabled",
    "public_network_access", "map_public_ip_on_launch", "enable_public_endpoint", "allow_blob_public_access",
    "label_fingerprint", "self_link",
})  # fmt: skip


@pytest.mark.parametrize("written", ['"0.0.0.0/0"', r'"0.0.0.0\/0"', r'"\u0030.0.0.0/0"', r'"0.0.0.0/0\n"', '"*"'])
def test_a_door_is_found_however_the_plan_writes_it(written: str) -> None:
    shape = change("acme_firewall", None, {"source_ranges": ["here"]})
    report = assess(plan(shape).replace(b'"here"', written.encode()))
    assert "public_exposure" in {each.rule for each in report.risks}
