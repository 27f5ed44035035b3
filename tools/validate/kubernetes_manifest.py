"""Tells Kubernetes manifests from other YAML."""

import re

from tools.validate.checker import Source

_API = re.compile(r"^[\"']?apiVersion[\"']?\s*:\s*[\"']?([\w./-]+)", re.MULTILINE)
_KIND = re.compile(r"^[\"']?kind[\"']?\s*:\s*[\"']?\w", re.MULTILINE)
# Read by other programs than the API server, which have no schema for them.
_CLIENT_SIDE = ("kustomize.config.k8s.io/", "skaffold/", "kind.x-k8s.io/", "helm.sh/", "ctlptl.dev/", "audit.k8s.io/")


def is_manifest(source: Source) -> bool:
    """Whether an API server is meant to read `source`; Helm templates and client configuration are not."""
    if source.suffix not in {".yaml", ".yml"} or "{{" in source.head or source.name == "Chart.yaml":
        return False
    apis = _API.findall(source.text)
    return bool(_KIND.search(source.text)) and any(not api.startswith(_CLIENT_SIDE) for api in apis)
