"""Capacity that is cut: fewer instances, smaller ones, one zone instead of several."""

import re
from collections.abc import Iterator
from functools import lru_cache

from resources.catalogue import _
from tools.terraform.plan_change import Change, blocks, leaves
from tools.terraform.risk_report import PlanRisk

_COUNTS = re.compile(
    r"(?:^|[._])(?:desired_(?:capacity|count|size)|min_(?:size|capacity|instances?|instance_count|node_count|count|replicas)|"
    r"max_(?:size|capacity|instances?|instance_count|node_count|count|replicas|pods)|(?:initial_)?node_count|"
    r"total_(?:min|max)_node_count|instance_count|num_(?:cache_(?:clusters|nodes)|node_groups|nodes)|"
    r"number_of_(?:broker_nodes|nodes|cache_clusters)|replicas|replica_count|replicas_per_node_group|target_size|"
    r"read_capacity|write_capacity|shard_count|memory(?:_size|_size_gb|_in_mb)?|cpu|vcpu|allocated_storage|"
    r"disk_size_gb|volume_size|storage_(?:gb|mb)|size_gb|max_size_gb|capacity|throughput|provisioned_throughput|"
    r"iops|worker_count|processing_units|num_nodes|throughput_capacity|reserved_concurrent_executions|task_count)$"
)
_SPREAD = ("multi_az", "automatic_failover_enabled", "multi_az_enabled", "zone_redundant", "zone_redundancy_enabled")
_CLASSES = re.compile(
    r"(?:^|[._])(?:instance_(?:type|class)|node_type|cache_node_type|machine_type|size|vm_size|sku_name|tier|broker_type)$"
)
_SIZES = ("nano", "micro", "small", "medium", "large", "xlarge")
_SIZE = re.compile(r"(?:^|[.])(?:(\d+)(xlarge)|(nano|micro|small|medium|large|xlarge)|(metal))\b")


def check(change: Change) -> Iterator[PlanRisk]:
    """Medium where there is less than before, high where nothing is left or a standby goes."""
    if change.kind not in {"update", "replace"}:
        return
    for name in change.changed:
        if change.is_unknown(name) or change.is_sensitive(name):
            continue
        before, after = _measures(name, change.before.get(name)), _measures(name, change.after.get(name))
        for path, old in before.items():
            new = after.get(path)
            if new is None or new >= old:
                continue
            if is_count(path) and max(old, new) == 0:
                continue
            yield change.risk(
                "capacity_cut",
                "high" if new <= 0 else "medium",
                _("There will be less of it than now."),
                attribute=path,
                before=f"{old:g}",
                after=f"{new:g}",
            )
        yield from _smaller(change, name)
    for name in _SPREAD:
        if change.before.get(name) is True and change.after.get(name) is False:
            yield change.risk(
                "capacity_cut", "high", _("The standby in another zone is given up."), **change.evidence(name)
            )
    zones = [
        _names(values.get("availability_zones") or values.get("zones")) for values in (change.before, change.after)
    ]
    if zones[1] and zones[1] < zones[0]:
        yield change.risk(
            "capacity_cut",
            "medium",
            _("It will run in fewer zones."),
            before=", ".join(sorted(zones[0])),
            after=", ".join(sorted(zones[1])),
        )


@lru_cache(maxsize=8192)
def is_count(path: str) -> bool:
    """Whether an attribute, by its dotted path, says how much of something there is."""
    return _COUNTS.search(path) is not None


def _measures(name: str, found: object) -> dict[str, float]:
    """The counted quantities of an attribute by path; those of a list of blocks are added up."""
    total: dict[str, float] = {}
    for path, leaf in leaves(found, name):
        if not is_count(path) or isinstance(leaf, bool):
            continue
        number = _number(leaf)
        if number is not None and number >= 0:  # -1 means without limit
            total[path] = total.get(path, 0.0) + number
    return total


def _number(leaf: object) -> float | None:
    if isinstance(leaf, int | float):
        return float(leaf)
    if isinstance(leaf, str) and re.fullmatch(r"\d{1,12}", leaf):  # ECS writes cpu and memory as text
        return float(leaf)
    return None


def _smaller(change: Change, name: str) -> Iterator[PlanRisk]:
    pairs = [(name, change.before.get(name), change.after.get(name))]
    inner = zip(blocks(change.before.get(name)), blocks(change.after.get(name)), strict=False)
    pairs += [(f"{name}.{key}", old[key], new.get(key)) for old, new in inner for key in old]
    for path, old, new in pairs:
        if isinstance(old, str) and isinstance(new, str) and old != new and _CLASSES.search(path):
            sizes = _size(old), _size(new)
            if sizes[0] and sizes[1] and sizes[1] < sizes[0]:
                yield change.risk(
                    "capacity_cut",
                    "medium",
                    _("The machine will be smaller than now."),
                    attribute=path,
                    before=change.said(old),
                    after=change.said(new),
                )


def _size(name: str) -> float | None:
    """The rank of a machine size: AWS's words, or the number of processors in Google's and Azure's names."""
    word = _SIZE.search(name)
    if word:
        if word[4]:
            return 1_000.0
        return float(_SIZES.index("xlarge")) + float(word[1]) - 1 if word[1] else float(_SIZES.index(word[3]))
    number = re.search(r"^(?:Standard_[A-Z]+|[a-z]\w*-(?:standard|highmem|highcpu|custom)-)(\d+)", name)
    return float(number[1]) if number else None


def _names(found: object) -> set[str]:
    return {each for each in found if isinstance(each, str)} if isinstance(found, list) else set()
