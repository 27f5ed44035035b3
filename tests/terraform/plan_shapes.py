"""Builds plans in the shape of `terraform show -json`, for the tests of the risk report."""

import json
from typing import Any

Values = dict[str, Any]


def change(
    kind: str,
    before: Values | None,
    after: Values | None,
    actions: list[str] | None = None,
    *,
    address: str | None = None,
    unknown: Any = None,
    sensitive_before: Any = None,
    sensitive_after: Any = None,
    body: Values | None = None,
    **entry: Any,
) -> Values:
    """One element of `resource_changes`; the actions follow from the values where they are not given."""
    if actions is None:
        actions = ["create"] if before is None else ["delete"] if after is None else ["update"]
    return {
        "address": address or f"{kind}.this",
        "mode": "managed",
        "type": kind,
        "name": "this",
        "provider_name": f"registry.terraform.io/hashicorp/{kind.split('_', maxsplit=1)[0]}",
        "change": {
            "actions": actions,
            "before": before,
            "after": after,
            "after_unknown": unknown or {},
            "before_sensitive": sensitive_before or {},
            "after_sensitive": sensitive_after or {},
            **(body or {}),
        },
        **entry,
    }


def plan(*changes: Any, **top: Any) -> bytes:
    """A whole plan."""
    return json.dumps(
        {
            "format_version": "1.2",
            "terraform_version": "1.11.4",
            "resource_changes": list(changes),
            "configuration": {"root_module": {}},
            **top,
        }
    ).encode()
