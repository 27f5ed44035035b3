"""The `configuration` of a plan: which attributes people wrote, what runs code, which providers hold secrets."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import msgspec

from tools.terraform.plan_json import NULL, elements, mapping, text, value

_DEEPEST = 32
_KEY = re.compile(r'\[(?:[^\]"]|"(?:[^"\\]|\\.)*")*\]')
_REFERENCES = re.compile(rb'"references"\s*:\s*\[([^\]]*)\]')
_QUOTED = re.compile(rb'"((?:[^"\\]|\\.)*)"')


@dataclass(frozen=True)
class Block:
    """One resource block of the configuration."""

    address: str
    """With its module path, without instance keys."""
    module: str
    mode: str
    type: str
    expressions: msgspec.Raw
    provisioners: tuple[str, ...]


@dataclass(frozen=True)
class ModuleCall:
    """One module call, with where it comes from."""

    address: str
    source: str
    version: str


@dataclass
class Configuration:
    """What the plan says of the configuration; all empty when it says nothing (`present` is False)."""

    present: bool = False
    blocks: dict[str, Block] = field(default_factory=dict)
    modules: list[ModuleCall] = field(default_factory=list)
    variables: dict[str, bool] = field(default_factory=dict)
    """The root module's variables, and whether each is declared sensitive."""
    outputs: dict[str, bool] = field(default_factory=dict)
    providers: msgspec.Raw = field(default_factory=lambda: NULL)

    @classmethod
    def of(cls, raw: msgspec.Raw) -> "Configuration":
        """The configuration in `raw`."""
        members = mapping(raw)
        root = mapping(members.get("root_module", NULL))
        found = cls(present="root_module" in members, providers=members.get("provider_config", NULL))
        found._read(root, "", 0)
        found.variables = _sensitive_ones(root.get("variables", NULL))
        found.outputs = _sensitive_ones(root.get("outputs", NULL))
        return found

    def _read(self, module: dict[str, msgspec.Raw], path: str, depth: int) -> None:
        for raw in elements(module.get("resources", NULL)):
            each = mapping(raw)
            address = f"{path}{text(each.get('address', NULL))}"
            provisioners = elements(each.get("provisioners", NULL))
            self.blocks[address] = Block(
                address=address,
                module=path,
                mode=text(each.get("mode", NULL)) or "managed",
                type=text(each.get("type", NULL)),
                expressions=each.get("expressions", NULL),
                provisioners=tuple(text(mapping(one).get("type", NULL)) for one in provisioners),
            )
        for name, raw in mapping(module.get("module_calls", NULL)).items():
            call = mapping(raw)
            inner = f"{path}module.{name}."
            version = text(call.get("version_constraint", NULL))
            self.modules.append(ModuleCall(inner[:-1], text(call.get("source", NULL)), version))
            if depth < _DEEPEST:
                self._read(mapping(call.get("module", NULL)), inner, depth + 1)

    def written(self, address: str) -> dict[str, frozenset[str]] | None:
        """The attributes that somebody wrote for the instance; None when the configuration does not know it.

        A nested block comes with the names written inside it; a plain attribute with none.
        """
        block = self.blocks.get(without_keys(address))
        if block is None:
            return None
        return {name: frozenset(_names_inside(value(raw))) for name, raw in mapping(block.expressions).items()}

    def dependents(self, lost: set[str]) -> dict[str, list[str]]:
        """The resource blocks that refer directly to some of `lost` (addresses without instance keys), and to which."""
        found: dict[str, list[str]] = {}
        for block in self.blocks.values():
            if block.address in lost:
                continue
            refers = lost & {f"{block.module}{name}" for name in references(block.expressions)}
            if refers:
                found[block.address] = sorted(refers)
        return dict(sorted(found.items()))


def references(raw: msgspec.Raw) -> Iterator[str]:
    """What the expressions refer to, as `type.name` or `module.name`, relative to their module."""
    for match in _REFERENCES.finditer(bytes(raw)):
        for quoted in _QUOTED.findall(match[1]):
            yield without_keys(quoted.decode("utf-8", "replace").replace('\\"', '"'))


def without_keys(address: str) -> str:
    """`module.a["x.y"].aws_vpc.main[0]` without its instance keys: `module.a.aws_vpc.main`."""
    return _KEY.sub("", address) if "[" in address else address


def _names_inside(found: object) -> Iterator[str]:
    if isinstance(found, list):
        for each in found:
            yield from _names_inside(each)
    elif isinstance(found, dict) and not found.keys() & {"references", "constant_value"}:
        for name, each in found.items():
            yield name
            yield from _names_inside(each)


def _sensitive_ones(raw: msgspec.Raw) -> dict[str, bool]:
    return {name: value(mapping(each).get("sensitive", NULL)) is True for name, each in mapping(raw).items()}
