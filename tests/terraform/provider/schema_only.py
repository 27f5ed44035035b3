"""A provider that knows a cloud's real schema and nothing else: what is planned is made, in the state alone."""

import json
import lzma
import sys
from functools import cached_property
from types import SimpleNamespace
from typing import Any

import msgpack
import tf.provider
import tf.runner
from tf.gen import tfplugin_pb2 as pb
from tf.gen import tfplugin_pb2_grpc as rpc

# Field 11 of an attribute, true: this protobuf is older than write-only attributes.
WRITE_ONLY = b"\x58\x01"
UNKNOWN = msgpack.ExtType(0, b"")
NESTING = {"single": 1, "list": 2, "set": 3, "map": 4, "group": 5}
# A schema does not say which attributes cannot be changed; these are documented as "Forces new resource".
FORCES_NEW = {
    "aws_db_instance": {"engine", "identifier", "availability_zone"},
    "aws_s3_bucket": {"bucket"},
    "aws_security_group": {"name", "vpc_id", "description"},
    "aws_db_subnet_group": {"name"},
    "aws_ecs_cluster": {"name"},
    "aws_ecs_service": {"cluster", "launch_type", "name"},
    "aws_ecs_task_definition": {"container_definitions", "cpu", "family", "memory", "network_mode"},
    "aws_eip": {"domain"},
    "aws_instance": {"ami", "availability_zone"},
    "aws_lb": {"internal", "load_balancer_type", "name"},
    "aws_lb_target_group": {"name", "port", "protocol", "target_type", "vpc_id"},
    "aws_nat_gateway": {"allocation_id", "subnet_id"},
    "aws_secretsmanager_secret": {"name"},
    "aws_subnet": {"availability_zone", "cidr_block", "vpc_id"},
    "aws_vpc": {"cidr_block"},
    "azurerm_storage_account": {"name", "resource_group_name", "location"},
    "google_sql_database_instance": {"name", "region"},
}


def attribute(name: str, told: dict[str, Any]) -> Any:
    """One attribute, nested objects included."""
    nested = told.get("nested_type")
    made = pb.Schema.Attribute(
        name=name,
        type=None if nested else json.dumps(told["type"]).encode(),
        nested_type=pb.Schema.Object(
            attributes=[attribute(key, each) for key, each in sorted(nested["attributes"].items())],
            nesting={"single": 1, "list": 2, "set": 3, "map": 4}[nested["nesting_mode"]],
        )
        if nested
        else None,
        required=told.get("required", False),
        optional=told.get("optional", False),
        computed=told.get("computed", False),
        sensitive=told.get("sensitive", False),
    )
    if told.get("write_only"):
        made.MergeFromString(WRITE_ONLY)
    return made


def block(told: dict[str, Any]) -> Any:
    """A block with its attributes and the blocks inside it."""
    return pb.Schema.Block(
        attributes=[attribute(name, each) for name, each in sorted(told.get("attributes", {}).items())],
        block_types=[
            pb.Schema.NestedBlock(
                type_name=name,
                block=block(each["block"]),
                nesting=NESTING[each["nesting_mode"]],
                min_items=each.get("min_items", 0),
                max_items=each.get("max_items", 0),
            )
            for name, each in sorted(told.get("block_types", {}).items())
        ],
    )


def schema(told: dict[str, Any]) -> Any:
    """A whole schema."""
    return pb.Schema(version=told.get("version", 0), block=block(told.get("block", {})))


def read(value: Any) -> Any:
    """A value of the protocol."""
    return msgpack.unpackb(value.msgpack, raw=False, strict_map_key=False) if value.msgpack else None


def written(value: Any) -> Any:
    """A value for the protocol."""
    return pb.DynamicValue(msgpack=msgpack.packb(value))


def completed(told: dict[str, Any], config: Any, prior: Any, *, unknown: bool) -> Any:
    """`config` with what the cloud would compute: as it was before, unknown, or made up."""
    if config is None or isinstance(config, msgpack.ExtType):
        return config
    made = dict(config)
    for name, each in told.get("attributes", {}).items():
        if each.get("write_only"):
            made[name] = None  # what is only written stands in no plan and no state
        if made.get(name) is not None or not each.get("computed"):
            continue
        before = prior.get(name) if isinstance(prior, dict) else None
        made[name] = before if before is not None else UNKNOWN if unknown else invented(name, each)
    for name, each in told.get("block_types", {}).items():
        if isinstance(made.get(name), list):
            made[name] = [completed(each["block"], one, None, unknown=unknown) for one in made[name]]
        elif isinstance(made.get(name), dict) and each["nesting_mode"] in {"single", "group"}:
            made[name] = completed(each["block"], made[name], None, unknown=unknown)
    return made


# What configurations check the form of.
FORMED = {"account_id": "111111111111", "region": "eu-west-3", "number": "111111111111"}
LISTS = {
    "master_user_secret": [{"kms_key_id": "made", "secret_arn": "made-secret-arn", "secret_status": "active"}],
    "dns_resource_record": [{"name": "_acme-challenge.made.example.", "type": "CNAME", "data": "made.example."}],
}
ARNS = {
    "aws_secretsmanager_secret": "arn:aws:secretsmanager:eu-west-3:111111111111:secret:made",
    "aws_acm_certificate": "arn:aws:acm:us-east-1:111111111111:certificate/made",
    "aws_kms_key": "arn:aws:kms:us-east-1:111111111111:key/made",
    "aws_sns_topic": "arn:aws:sns:us-east-1:111111111111:made",
}


def invented(name: str, told: dict[str, Any]) -> Any:
    """A value of the attribute's type."""
    kind = told.get("type")
    if kind == "string" and name in FORMED:
        return FORMED[name]
    if isinstance(kind, list) and kind[0] in {"list", "set"}:
        return LISTS.get(name, [])
    if isinstance(kind, list) and kind[0] == "map":
        return {}
    plain = {"string": f"made-{name}", "number": 1, "bool": False}
    return plain[kind] if isinstance(kind, str) and kind in plain else None


def known(told: dict[str, Any], planned: Any) -> Any:
    """The planned value once it is made: nothing is unknown any more."""
    if isinstance(planned, dict):
        types = {**told.get("attributes", {}), **told.get("block_types", {})}
        return {
            key: invented(key, types.get(key, {})) if isinstance(each, msgpack.ExtType) else known(types.get(key, {}).get("block", {}), each)
            for key, each in planned.items()
        }  # fmt: skip
    if isinstance(planned, list):
        return [known(told, each) for each in planned]
    return None if isinstance(planned, msgpack.ExtType) else planned


class SchemaOnly(rpc.ProviderServicer):  # type: ignore[misc]
    """The protocol, as much of it as a plan and an apply need."""

    def __init__(self, path: str) -> None:
        with lzma.open(path) as stream:
            self.told = json.loads(stream.read())

    def _block(self, name: str) -> dict[str, Any]:
        found: dict[str, Any] = self.told["resource_schemas"][name]["block"]
        return found

    def GetMetadata(self, request: Any, context: Any) -> Any:
        return pb.GetMetadata.Response(server_capabilities=pb.ServerCapabilities())

    def GetProviderSchema(self, request: Any, context: Any) -> Any:
        return self._schemas

    @cached_property
    def _schemas(self) -> Any:
        return pb.GetProviderSchema.Response(
            provider=schema(self.told["provider"]),
            provider_meta=pb.Schema(block=pb.Schema.Block()),
            resource_schemas={name: schema(each) for name, each in self.told["resource_schemas"].items()},
            data_source_schemas={name: schema(each) for name, each in self.told["data_source_schemas"].items()},
        )

    def ValidateProviderConfig(self, request: Any, context: Any) -> Any:
        return pb.ValidateProviderConfig.Response()

    def ConfigureProvider(self, request: Any, context: Any) -> Any:
        return pb.ConfigureProvider.Response()

    def ValidateResourceConfig(self, request: Any, context: Any) -> Any:
        return pb.ValidateResourceConfig.Response()

    def ValidateDataResourceConfig(self, request: Any, context: Any) -> Any:
        return pb.ValidateDataResourceConfig.Response()

    def UpgradeResourceState(self, request: Any, context: Any) -> Any:
        return pb.UpgradeResourceState.Response(upgraded_state=written(json.loads(request.raw_state.json)))

    def ReadResource(self, request: Any, context: Any) -> Any:
        return pb.ReadResource.Response(new_state=request.current_state)

    def ReadDataSource(self, request: Any, context: Any) -> Any:
        told = self.told["data_source_schemas"][request.type_name]["block"]
        return pb.ReadDataSource.Response(state=written(completed(told, read(request.config), None, unknown=False)))

    def PlanResourceChange(self, request: Any, context: Any) -> Any:
        proposed, prior = read(request.proposed_new_state), read(request.prior_state)
        if proposed is None:
            return pb.PlanResourceChange.Response(planned_state=request.proposed_new_state)
        planned = completed(self._block(request.type_name), proposed, prior, unknown=True)
        fixed = FORCES_NEW.get(request.type_name, set())
        changed = [name for name in sorted(fixed) if isinstance(prior, dict) and prior.get(name) != planned.get(name)]
        paths = [pb.AttributePath(steps=[pb.AttributePath.Step(attribute_name=name)]) for name in changed]
        return pb.PlanResourceChange.Response(planned_state=written(planned), requires_replace=paths)

    def ApplyResourceChange(self, request: Any, context: Any) -> Any:
        planned = read(request.planned_state)
        made = known(self._block(request.type_name), planned)
        if isinstance(planned, dict) and isinstance(planned.get("arn"), msgpack.ExtType):
            made["arn"] = ARNS.get(request.type_name, made["arn"])
        return pb.ApplyResourceChange.Response(new_state=written(made))

    def StopProvider(self, request: Any, context: Any) -> Any:
        return pb.StopProvider.Response()


if __name__ == "__main__":
    # With a name it serves many runs of terraform, which find it by TF_REATTACH_PROVIDERS: it says how on stdout.
    path, *name = sys.argv[1:]
    kept = SimpleNamespace(full_name=lambda: name[0]) if name and "/" in name[0] else None
    tf.provider.ProviderServicer = lambda _provider: SchemaOnly(path)
    tf.runner.run_provider(kept, ["provider", "--dev"] if kept else sys.argv[:1])
