"""A chart is read with its own values; what only Helm could tell is unknown, never good."""

from pathlib import Path

import pytest

from tools.context import Deps
from tools.guard.workspace import Workspace
from tools.standards.audit_standards import audit_standards
from tools.standards.standing import Standing

CHART = "apiVersion: v2\nname: shop\nversion: 1.0.0\nappVersion: 1.2.3\n"
VALUES = "image:\n  repository: ghcr.io/acme/shop\n  tag: ''\nresources:\n  limits:\n    memory: 256Mi\ningress:\n  enabled: false\n"
DEPLOYMENT = """apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ include "shop.fullname" . }}
  labels:
    {{- include "shop.labels" . | nindent 4 }}
spec:
  {{- if not .Values.autoscaling.enabled }}
  replicas: {{ .Values.replicaCount | default 2 }}
  {{- end }}
  template:
    spec:
      {{- with .Values.podSecurityContext }}
      securityContext:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      containers:
        - name: {{ .Chart.Name }}
          image: "{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}"
          resources:
            {{- toYaml .Values.resources | nindent 12 }}
"""
INGRESS = """{{- if .Values.ingress.enabled -}}
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: shop
spec:
  rules: []
{{- end }}
"""


async def _standings(folder: Path, **changed: str) -> dict[str, Standing]:
    files = {
        "Chart.yaml": CHART,
        "values.yaml": VALUES,
        "templates/deployment.yaml": DEPLOYMENT,
        "templates/ingress.yaml": INGRESS,
    }
    for name, text in {**files, **changed}.items():
        path = folder / "charts/shop" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    audit = await audit_standards(Deps(workspace=Workspace.at(folder), language="en"))
    return {each.standard: each for each in audit.standings}


async def test_a_chart_is_judged_by_what_its_values_make_of_it(tmp_path: Path) -> None:
    told = await _standings(tmp_path)
    assert told["resource_limits"].result == "pass"
    assert told["pinned_actions_and_images"].result == "pass"
    assert told["tls"].result == "unknown"  # the ingress is off


@pytest.mark.parametrize(
    ("values", "standard", "path", "line"),
    [
        (VALUES.replace("    memory: 256Mi\n", "    cpu: 1\n"), "resource_limits", "deployment", 19),
        (VALUES.replace("tag: ''", "tag: latest"), "pinned_actions_and_images", "deployment", 19),
        (VALUES.replace("enabled: false", "enabled: true"), "tls", "ingress", None),
    ],
)
async def test_what_the_values_of_a_chart_break_is_told_at_its_template(
    values: str, standard: str, path: str, line: int | None, tmp_path: Path
) -> None:
    standing = (await _standings(tmp_path, **{"values.yaml": values}))[standard]
    assert standing.result == "fail"
    assert [(each.path, each.line) for each in standing.evidence] == [(f"charts/shop/templates/{path}.yaml", line)]


@pytest.mark.parametrize(
    "line",
    [
        'image: {{ include "shop.image" (dict "root" . "name" "web") }}',
        "{{- range $name, $image := .Values.images }}\n        - {{ $image | toYaml }}\n        {{- end }}\n          x: [",
    ],
)
async def test_what_only_helm_can_read_is_unknown_and_never_good(line: str, tmp_path: Path) -> None:
    unreadable = DEPLOYMENT.replace(
        'image: "{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}"', line
    )
    told = await _standings(tmp_path, **{"templates/deployment.yaml": unreadable})
    for name in ("resource_limits", "pinned_actions_and_images", "least_privilege"):
        assert told[name].result != "pass", told[name]
    assert "templates/deployment.yaml" in told["pinned_actions_and_images"].fix
