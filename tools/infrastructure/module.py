"""A Terraform module: its variables and outputs said once, for the files, the README's tables and the checks."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from resources.catalogue import _
from resources.hcl_words import Expression, aligned, hcl
from resources.templates import render
from tools.delivery import File

ROOT = "infra"
MODULES = f"{ROOT}/modules"
REQUIRED = Expression("")


@dataclass(frozen=True)
class Rule:
    """What a value must satisfy, and what is said when it does not."""

    condition: str
    message: str


@dataclass(frozen=True)
class Variable:
    """One input. `default` is a value or an expression; a variable without one must be given."""

    name: str
    description: str
    type: str = "string"
    default: object = REQUIRED
    rules: tuple[Rule, ...] = ()
    sensitive: bool = False

    @property
    def required(self) -> bool:
        """Whether the caller must give it."""
        return self.default is REQUIRED


@dataclass(frozen=True)
class Output:
    """One output."""

    name: str
    value: str
    description: str
    sensitive: bool = False


@dataclass(frozen=True)
class Module:
    """A folder under `infra/modules`. `template` names the folder of its templates: `main.tf.j2`, `test.tftest.hcl.j2`.

    `values` is what the templates are filled with, for those that depend on the brief.
    """

    name: str
    template: str
    about: str
    variables: tuple[Variable, ...]
    outputs: tuple[Output, ...]
    values: Mapping[str, object] = field(default_factory=dict)
    parts: tuple[str, ...] = ("main",)
    """Templates that become `<part>.tf`."""


def text(name: str, description: str, *rules: Rule, default: object = REQUIRED) -> Variable:
    """A string."""
    return Variable(name, description, "string", default, rules)


def texts(name: str, description: str, *rules: Rule, default: object = REQUIRED) -> Variable:
    """A list of strings."""
    return Variable(name, description, "list(string)", default, rules)


def number(name: str, description: str, least: float, most: float, *, default: object = REQUIRED) -> Variable:
    """A number from `least` to `most`."""
    lowest, highest = f"{least:.15g}", f"{most:.15g}"  # never 1e+06, which checkov's parser refuses
    condition = f"var.{name} >= {lowest} && var.{name} <= {highest}"
    message = _("{name} must be from {least} to {most}.", name=name, least=lowest, most=highest)
    return Variable(name, description, "number", default, (Rule(condition, message),))


def flag(name: str, description: str, *, default: object = REQUIRED) -> Variable:
    """True or false."""
    return Variable(name, description, "bool", default)


def matches(name: str, pattern: str, message: str, *, optional: bool = False) -> Rule:
    """The rule that `name` looks like `pattern`."""
    condition = f'can(regex("{pattern}", var.{name}))'
    return Rule(f"var.{name} == null || {condition}" if optional else condition, message)


def one_of(name: str, values: tuple[object, ...]) -> Rule:
    """The rule that `name` is one of `values`."""
    told = ", ".join(str(each) for each in values)
    return Rule(f"contains({hcl(list(values))}, var.{name})", _("{name} must be one of {told}.", name=name, told=told))


def files(module: Module, versions: str) -> list[File]:
    """The folder of `module`; `versions` is the text of its `versions.tf`."""
    folder = f"{MODULES}/{module.name}"
    named = {"module": module, **module.values}
    made = [
        File(path=f"{folder}/{part}.tf", content=tf(f"{module.template}/{part}.tf.j2", **named), purpose=module.about)
        for part in module.parts
    ]
    variables, outputs = _("What the module {name} is given.", name=module.name), _("What it gives.")
    test = tf(f"{module.template}/test.tftest.hcl.j2", **named)
    return [
        *made,
        File(path=f"{folder}/variables.tf", content=variables_tf(module.variables), purpose=variables),
        File(path=f"{folder}/outputs.tf", content=outputs_tf(module.outputs), purpose=outputs),
        File(path=f"{folder}/versions.tf", content=versions, purpose=_("Terraform and providers it is written for.")),
        File(
            path=f"{folder}/tests/{module.name}.tftest.hcl",
            content=test,
            purpose=_("Tests of the module, with a mocked provider: terraform test."),
        ),
        File(
            path=f"{folder}/README.md",
            content=render("infrastructure/root/module.md.j2", **_tables(module)),
            purpose=_("What the module {name} is, takes and gives.", name=module.name),
        ),
    ]


def tf(name: str, /, **values: object) -> str:
    """A Terraform file from its template, laid out as `terraform fmt` does."""
    return aligned(render(f"infrastructure/{name}", **values))


def variables_tf(variables: tuple[Variable, ...]) -> str:
    """`variables.tf`: each typed, described and checked."""
    return tf("root/variables.tf.j2", variables=variables)


def outputs_tf(outputs: tuple[Output, ...]) -> str:
    """`outputs.tf`."""
    return tf("root/outputs.tf.j2", outputs=outputs)


def _tables(module: Module) -> dict[str, object]:
    return {
        "module": module,
        "inputs": [
            {
                "name": each.name,
                "type": _cell(each.type),
                "default": _("required") if each.required else f"`{_cell(hcl(each.default))}`",
                "description": _cell(each.description),
            }
            for each in module.variables
        ],
        "outputs": [{"name": each.name, "description": _cell(each.description)} for each in module.outputs],
    }


def _cell(told: str) -> str:
    return " ".join(told.replace("|", "\\|").split())
