"""What watches a service is what the published schemas of its programs ask, beside what the programs say themselves."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from ruamel.yaml import YAML

ROOT = Path(__file__).resolve().parents[2]
SCHEMAS = ROOT.parent / "shared/data/schemas"
GOLDENS = ROOT / "tests/golden/observability"
KINDS = {
    "grafana/dashboards/*.json": "grafana-dashboard-5.x.json",
    "loki/loki.yml": "loki.json",
    "prometheus/prometheus-*.yml": "prometheus.json",
    "alertmanager/alertmanager.yml": "prometheus-alertmanager.json",
    "rules/*.rules.yml": "prometheus.rules.json",
    "rules/*.test.yml": "prometheus.rules.test.json",
}


def _read(path: Path) -> Any:
    text = path.read_text()
    return json.loads(text) if path.suffix == ".json" else YAML(typ="safe").load(text)


@pytest.mark.skipif(not SCHEMAS.is_dir(), reason="the published schemas are not here")
@pytest.mark.parametrize("pattern", KINDS)
def test_every_golden_is_what_the_published_schema_asks(pattern: str) -> None:
    schema = json.loads((SCHEMAS / KINDS[pattern]).read_text())
    validator = jsonschema.validators.validator_for(schema)(schema)
    found = sorted(GOLDENS.glob(f"*/expected/**/{pattern}"))
    assert found
    for path in found:
        assert [each.message for each in validator.iter_errors(_read(path))] == [], path
