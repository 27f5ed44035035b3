"""An audit in the forms that CI systems read: SARIF and JUnit."""

import json
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from tools.standards.standing import Standing

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def sarif(standings: list[Standing], version: str) -> str:
    """SARIF 2.1.0: one rule a standard, one result a place."""
    results: list[dict[str, Any]] = []
    for each in standings:
        if each.result != "fail":
            continue
        for place in each.evidence:
            physical: dict[str, Any] = {"artifactLocation": {"uri": place.path}}
            if place.line:
                physical["region"] = {"startLine": place.line}
            results.append(
                {
                    "ruleId": each.standard,
                    "level": "error",
                    "message": {"text": f"{place.says} — {each.fix}"},
                    "locations": [{"physicalLocation": physical}],
                }
            )
    driver = {"name": "astreinte", "version": version, "rules": [{"id": each.standard} for each in standings]}
    document = {"$schema": SCHEMA, "version": "2.1.0", "runs": [{"tool": {"driver": driver}, "results": results}]}
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def junit(standings: list[Standing]) -> str:
    """JUnit: one case a standard; what is unknown is skipped."""
    failures = sum(each.result == "fail" for each in standings)
    skipped = sum(each.result == "unknown" for each in standings)
    cases: list[str] = []
    for each in standings:
        told = "\n".join(f"{place.path}:{place.line or 1}: {place.says}" for place in each.evidence)
        inside = ""
        if each.result == "fail":
            inside = f"<failure message={quoteattr(each.fix)}>{escape(told)}</failure>"
        elif each.result == "unknown":
            inside = f"<skipped message={quoteattr(each.fix)}/>"
        cases.append(f'  <testcase classname="astreinte" name={quoteattr(each.standard)}>{inside}</testcase>')
    head = f'<testsuite name="astreinte" tests="{len(standings)}" failures="{failures}" skipped="{skipped}">'
    return "\n".join(['<?xml version="1.0" encoding="UTF-8"?>', head, *cases, "</testsuite>", ""])
