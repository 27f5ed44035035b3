"""What Kubernetes manifests and kustomizations say of pods, services and what they refer to."""

from itertools import pairwise
from pathlib import PurePosixPath

from tools.consistency.lines import Value
from tools.consistency.lines import read as read_yaml
from tools.consistency.world import Front, Pods, Reference, Said, World
from tools.delivery import Place
from tools.validate.checker import Source
from tools.validate.kubernetes_manifest import is_manifest

_TEMPLATES: dict[str, tuple[str, ...]] = {
    "Deployment": ("spec", "template"),
    "StatefulSet": ("spec", "template"),
    "DaemonSet": ("spec", "template"),
    "Job": ("spec", "template"),
    "CronJob": ("spec", "jobTemplate", "spec", "template"),
    "Pod": (),
}
_OF_SECRETS = frozenset({"ExternalSecret", "SecretStore", "SecretProviderClass"})
_PROBES = ("startupProbe", "readinessProbe", "livenessProbe")


def applies(source: Source) -> bool:
    """Manifests and kustomizations; templates of Helm are no YAML."""
    return is_manifest(source) or _is_kustomization(source)


def _is_kustomization(source: Source) -> bool:
    return source.name in {"kustomization.yaml", "kustomization.yml"} and "{{" not in source.head


def read(source: Source, world: World) -> None:
    """Every object of every document."""
    documents = read_yaml(source.text)
    if any(each.said("kind") == "SecretStore" for each in documents):  # its account is looked for beside it
        spaces = [each.at("metadata", "namespace") for each in documents]
        told = [Said(each.text, _place(source, each, f"namespace: {each.text}")) for each in spaces if each]
        world.alike += [("namespace", told[0], other) for other in told[1:]]
    for document in documents:
        for each in document.members("items") if document.said("kind") == "List" else [document]:
            if _is_kustomization(source):
                _generators(each, source, world)
            else:
                _object(each, source, world)


def _object(value: Value, source: Source, world: World) -> None:
    kind, name = value.said("kind"), value.said("metadata", "name")
    if not kind or not name:
        return
    world.defined.add((kind, name))
    own = value.at("metadata", "namespace")
    if own and kind in _OF_SECRETS:
        world.meant_namespaces.append(Said(own.text, _place(source, own, f"namespace: {own.text}")))
    if kind == "Namespace" and (made := value.at("metadata", "name")):
        world.namespaces.append(Said(name, _place(source, made, f"Namespace {name}")))
    if kind in _TEMPLATES:
        world.pods.append(_pods(value, source, kind, name))
    elif kind == "Service":
        world.fronts.append(_front(value, source, name))
    elif kind in {"Ingress", "HTTPRoute", "GRPCRoute"}:
        world.backends += _backends(value, source, kind)
    elif kind == "HorizontalPodAutoscaler":
        target = value.at("spec", "scaleTargetRef", "name")
        if target:
            said = Said(target.text, _place(source, target, target.text))
            world.targets.append((value.said("spec", "scaleTargetRef", "kind"), said))
    elif kind in {"NetworkPolicy", "PodDisruptionBudget"}:
        _selector(value, source, kind, world)
    else:
        _values(value, source, kind, name, world)


def _values(value: Value, source: Source, kind: str, name: str, world: World) -> None:
    """What will be a ConfigMap or a Secret, whoever makes it."""
    if kind in {"ConfigMap", "Secret"}:
        keys = {**value.named("data"), **value.named("stringData")}
        world.data[name] = [Said(key, _place(source, at, key)) for key, at in keys.items()]
    elif kind == "ExternalSecret":
        made = value.said("spec", "target", "name") or name
        world.defined.add(("Secret", made))
        keys_of = [each.at("secretKey") for each in value.members("spec", "data")]
        world.data[made] = [Said(key.text, _place(source, key, key.text)) for key in keys_of if key]
        for each in value.members("spec", "data"):
            remote = each.at("remoteRef", "key")
            if remote:
                world.fetched.append(Said(remote.text.rpartition("/")[2], _place(source, remote, remote.text)))
    elif kind == "SecretProviderClass":
        for each in value.members("spec", "secretObjects"):
            world.defined.add(("Secret", each.said("secretName")))
    elif kind in {"SealedSecret", "Certificate"}:
        world.defined.add(("Secret", value.said("spec", "secretName") or name))


def _generators(value: Value, source: Source, world: World) -> None:
    filled = value.at("namespace")
    if filled and environment_of_folder(source.path):
        world.namespaces.append(Said(filled.text, _place(source, filled, f"namespace: {filled.text}")))
    for field, kind in (("configMapGenerator", "ConfigMap"), ("secretGenerator", "Secret")):
        for each in value.members(field):
            name = each.said("name")
            world.defined.add((kind, name))
            literals = [(literal.text.partition("=")[0], literal) for literal in each.members("literals")]
            world.data.setdefault(name, []).extend(Said(key, _place(source, at, key)) for key, at in literals)


def _pods(value: Value, source: Source, kind: str, name: str) -> Pods:
    template = value.at(*_TEMPLATES[kind]) or value
    pods = Pods(name, _place(source, value, name), labels=_texts(template.named("metadata", "labels")))
    for container in [*template.members("spec", "containers"), *template.members("spec", "initContainers")]:
        if image := container.at("image"):
            pods.images.append(Said(image.text, _place(source, image, image.text)))
        for port in container.members("ports"):
            number = port.said("containerPort")
            said = Said(number, _place(source, port, f"containerPort: {number}"))
            pods.ports[port.said("name") or number] = said
        for probe in _PROBES:
            for way in ("httpGet", "tcpSocket", "grpc"):
                if asked := container.at(probe, way, "port"):
                    pods.asked.append(Said(asked.text, _place(source, asked, f"{probe}: {asked.text}")))
        _needed(container, source, pods)
    return pods


def _needed(container: Value, source: Source, pods: Pods) -> None:
    kinds = (("configMapRef", "ConfigMap"), ("secretRef", "Secret"))
    for each in container.members("envFrom"):
        for field, kind in kinds:
            if each.at(field) and each.said(field, "optional") != "true":
                name = each.said(field, "name")
                pods.refers.append((kind, Said(name, _place(source, each, name))))
    for each in container.members("env"):
        variable = each.said("name")
        pods.variables[variable] = Said(variable, _place(source, each, variable))
        for field, kind in (("configMapKeyRef", "ConfigMap"), ("secretKeyRef", "Secret")):
            if each.at("valueFrom", field) and each.said("valueFrom", field, "optional") != "true":
                name = each.said("valueFrom", field, "name")
                pods.refers.append((kind, Said(name, _place(source, each, name))))


def _front(value: Value, source: Source, name: str) -> Front:
    front = Front(name, _place(source, value, name), selects=_texts(value.named("spec", "selector")))
    for port in value.members("spec", "ports"):
        own = port.said("port")
        target = port.said("targetPort") or own
        said = Said(target, _place(source, port, f"targetPort: {target}"))
        front.ports |= {key: said for key in (own, port.said("name")) if key}
    return front


def _backends(value: Value, source: Source, kind: str) -> list[Reference]:
    found: list[Reference] = []
    for rule in value.members("spec", "rules"):
        if kind == "Ingress":
            services = [path.at("backend", "service") for path in rule.members("http", "paths")]
            named = [(each, each.said("port", "name") or each.said("port", "number")) for each in services if each]
        else:
            named = [(each, each.said("port")) for each in rule.members("backendRefs") if _is_service(each)]
        found += [
            Reference(each.said("name"), port, _place(source, each, f"{each.said('name')}:{port}"))
            for each, port in named
        ]
    return found


def _is_service(backend: Value) -> bool:
    return backend.said("kind") in {"", "Service"} and not backend.said("namespace")


def _selector(value: Value, source: Source, kind: str, world: World) -> None:
    field = "podSelector" if kind == "NetworkPolicy" else "selector"
    labels = _texts(value.named("spec", field, "matchLabels"))
    ports = [
        Said(port.said("port"), _place(source, port, port.said("port")))
        for rule in value.members("spec", "ingress")
        for port in rule.members("ports")
        if port.said("port") and not port.said("endPort")
    ]
    own = value.at("metadata", "namespace")
    if labels and own:
        world.policies.append((labels, Said(own.text, _place(source, own, f"namespace: {own.text}"))))
    if labels:
        world.selectors.append((labels, ports, _place(source, value, value.said("metadata", "name"))))


def environment_of_folder(path: str) -> str | None:
    """The environment that a file's folder stands for: `overlays/prod/…`, `environments/prod/…`."""
    parts = PurePosixPath(path).parts
    for above, below in pairwise(parts[:-1]):
        if above in {"overlays", "environments"}:
            return below
    return None


def _texts(named: dict[str, Value]) -> dict[str, str]:
    return {key: value.text for key, value in named.items()}


def _place(source: Source, value: Value, says: str) -> Place:
    return Place(path=source.path, line=value.line, says=says[:200])
