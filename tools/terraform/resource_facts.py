"""What is known of a resource type: whether it holds data, whether replacing it is felt, what protects it."""

import re
from dataclasses import dataclass
from functools import cache
from typing import Literal

from resources.facts import read_facts

# Names of things that hold data, for types nobody has reviewed; the second pattern takes back their satellites.
_HOLDS_DATA = re.compile(
    r"(?:^|_)(?:db|database|sql|postgres\w*|mysql\w*|mongo\w*|redis|bucket|disk|volume|storage|table|file_?system|"
    r"snapshot|backup|cache|kafka|topic|queue|vault|secret|repository|dataset|datastore|warehouse|share|blob|bigtable|"
    r"spanner|elasticsearch|opensearch|influx\w*|clickhouse|cassandra|keyspace|zone|namespace|stateful_set|pvc|key)"
    r"(?:$|_(?:instance|cluster|v\d+|account|group|claim|server|service|flexible_server|image|project)$)"
)
_SATELLITE = re.compile(
    r"_(?:policy|attachment|association|rule|rules|parameter_group|subnet_group|security_group|user|grant|permission|"
    r"role|member|binding|notification|acl|logging|versioning|configuration|route_table|option_group|key_pair)$"
)


@dataclass(frozen=True, slots=True)
class Facts:
    """The reviewed facts of one resource type."""

    stateful: Literal["primary", "derived"] | None = None
    downtime_on_replace: bool = False
    exposure: str | None = None
    iam: bool = False
    protection: tuple[str, ...] = ()
    exposure_attributes: tuple[str, ...] = ()
    sensitive_attributes: tuple[str, ...] = ()


@cache
def _known() -> dict[str, Facts]:
    return {
        name: Facts(
            stateful=fields.get("stateful"),
            downtime_on_replace=fields.get("downtime_on_replace", False),
            exposure=fields.get("exposure"),
            iam=fields.get("iam", False),
            protection=tuple(fields.get("protection", ())),
            exposure_attributes=tuple(fields.get("exposure_attributes", ())),
            sensitive_attributes=tuple(fields.get("sensitive_attributes", ())),
        )
        for name, fields in read_facts("terraform_resource_risk")["types"].items()
    }


def facts_of(kind: str) -> Facts | None:
    """The facts of a resource type; None when nobody has reviewed it."""
    return _known().get(kind)


@cache
def seems_stateful(kind: str) -> bool:
    """Whether an unreviewed type is named like something that holds data."""
    return bool(_HOLDS_DATA.search(kind)) and not _SATELLITE.search(kind)
