"""What both of Helm's checkers share: which file stands for a chart, and the chart as it lies on a bench."""

import re

from resources.catalogue import _
from tools.delivery import Finding
from tools.validate.bench import Bench
from tools.validate.checker import Source
from tools.validate.tool import Verdict

INSTALL = "https://helm.sh/docs/intro/install/"
_API = re.compile(r"^apiVersion:\s*[\"']?v[12][\"']?\s*$", re.MULTILINE)
_VALUES = re.compile(r"values[-.].+\.ya?ml")
# Neither a configuration of the user's nor a plug-in, no cluster, and nothing is fetched.
ALONE = {"KUBECONFIG": "/nonexistent", "HELM_PLUGINS": "/nonexistent", "HTTPS_PROXY": "http://127.0.0.1:9"}
MOST_FILES = 300


def is_chart(source: Source) -> bool:
    """Whether `source` is the Chart.yaml that a chart is named by."""
    return source.name == "Chart.yaml" and bool(_API.search(source.text))


def folder_of(source: Source) -> str:
    """The chart's folder, as a path that no program takes for an option."""
    return f"./{source.path.rpartition('/')[0]}".rstrip("/")


def lay(source: Source, bench: Bench) -> list[str]:
    """Bring every file of the chart; gives the files of values for single environments, below its folder."""
    folder = source.path.rpartition("/")[0]
    prefix = f"{folder}/" if folder else ""
    found = [path for path in bench.below(prefix, source) if path.startswith(prefix)][:MOST_FILES]
    for path in found:
        bench.bring(path, source)
    return [name for path in found if _VALUES.fullmatch(name := path.removeprefix(prefix))]


def refuse_if_incomplete(verdict: Verdict) -> None:
    """Charts that it depends on come from elsewhere: without them nothing was judged."""
    said = verdict.completed.stderr + verdict.completed.stdout
    if "missing in charts/" in said or "missing these dependencies" in said:
        raise verdict.refused(_("charts that it depends on are not here: helm dependency build brings them."))


def problem(text: str, about: str = "") -> Finding:
    """One of Helm's errors; the template and line that it names stay in the text, which stands under Chart.yaml."""
    said = " ".join(text.split()).removeprefix("Error: ").removesuffix("Use --debug flag to render out invalid YAML")
    return Finding(rule="helm", severity="error", message=f"{about}: {said.strip()}"[:1_000] if about else said[:1_000])
