"""Static sites: plain HTML, and generators that are no other ecosystem's (Hugo, Jekyll, MkDocs, Zola, mdBook)."""

from dataclasses import dataclass

from tools.stacks.draft import Draft
from tools.stacks.folders import is_aside
from tools.stacks.tree import Tree, base, join, parent

NAME = "static"


@dataclass(frozen=True)
class Generator:
    """A program that makes a site: its settings file, what must be in that file, its command, where the site lands."""

    name: str
    files: tuple[str, ...]
    sign: str | None
    build: str
    output: str
    beside: tuple[str, ...] = ()
    """Folders of which one must stand beside a settings file whose name says little."""


_GENERATORS = (
    Generator("hugo", ("hugo.toml", "hugo.yaml", "hugo.yml", "hugo.json"), None, "hugo --minify", "public"),
    Generator("hugo", ("config.toml", "config.yaml", "config.yml"), r"^[ \t]*baseURL\s*[:=]", "hugo --minify", "public",
              ("content", "archetypes", "layouts", "themes")),
    Generator("jekyll", ("_config.yml", "_config.yaml"),
              r"^(?:title|theme|remote_theme|plugins|markdown|baseurl|permalink|collections):",
              "bundle exec jekyll build", "_site"),
    Generator("zola", ("zola.toml",), None, "zola build", "public"),
    Generator("zola", ("config.toml",), r"^[ \t]*base_url\s*=", "zola build", "public",
              ("content", "templates", "themes")),
    Generator("mkdocs", ("mkdocs.yml", "mkdocs.yaml"), None, "mkdocs build --strict", "site"),
    Generator("mdbook", ("book.toml",), r"^[ \t]*\[book\]", "mdbook build", "book"),
)  # fmt: skip
_ROOTS = ("public", "www", "site", "static", "html", "docs", "htdocs", "web", "src", "app")


def detect(tree: Tree) -> list[Draft]:
    """A generator's site, or the outermost folder with an index.html; only where nothing else is found."""
    drafts: dict[str, Draft] = {}
    for generator in _GENERATORS:
        for path in tree.named(*generator.files):
            folder = _site_folder(path)
            if folder not in drafts and _is_site(tree, generator, path, folder):
                drafts[folder] = _generated(tree, generator, path, folder)
    if drafts:
        return list(drafts.values())
    index = tree.first(".", "index.html", "index.htm")
    folders = [parent(index)] if index else [folder for folder in _ROOTS if tree.first(folder, "index.html")]
    if not folders:
        pages = [path for path in tree.named("index.html") if not is_aside(parent(path))]
        folders = [parent(min(pages, key=lambda path: (path.count("/"), path)))] if pages else []
    return [_plain(tree, folder) for folder in folders[:1]]


def _site_folder(path: str) -> str:
    """Hugo also keeps its settings in config/_default."""
    folder = parent(path)
    return parent(parent(folder)) if base(folder) == "_default" and base(parent(folder)) == "config" else folder


def _is_site(tree: Tree, generator: Generator, path: str, folder: str) -> bool:
    if any(part in {"themes", "exampleSite"} for part in path.split("/")):
        return False  # a theme comes with an example of its own
    if generator.sign is not None and tree.search(path, generator.sign) is None:
        return False
    return not generator.beside or any(tree.under(join(folder, each)) for each in generator.beside)


def _generated(tree: Tree, generator: Generator, path: str, folder: str) -> Draft:
    draft = Draft(path=folder, language=NAME, standing="fallback", manifest=path)
    line = f"{path}:1"
    draft.note("kind", "static", line)
    draft.note("framework", generator.name, line)
    draft.note("build_command", generator.build, line)
    own = {"hugo": r"^[ \t]*publishDir\s*[:=]\s*[\"']?([\w./-]+)",
           "jekyll": r"^destination:\s*[\"']?(?:\./)?([\w./-]+)",
           "mkdocs": r"^site_dir:\s*[\"']?([\w./-]+)", "zola": r"^[ \t]*output_dir\s*=\s*[\"']([\w./-]+)",
           "mdbook": r"^[ \t]*build-dir\s*=\s*[\"']([\w./-]+)"}  # fmt: skip
    given = tree.search(path, own[generator.name])
    draft.note("output_directory", given.match[1] if given else generator.output, given.evidence if given else line)
    if generator.name == "jekyll":
        _bundled(tree, draft)
    elif generator.name == "mkdocs":
        _required(tree, draft, path)
    return draft


def _bundled(tree: Tree, draft: Draft) -> None:
    gemfile = tree.first(draft.path, "Gemfile")
    if gemfile is None:
        draft.overrule("build_command", "jekyll build", draft.evidence["framework"])
        return
    lock = tree.first(draft.path, "Gemfile.lock")
    draft.note("lock_file", lock, f"{lock}:1")
    draft.note("install_command", "bundle install", f"{lock or gemfile}:1")
    draft.note("package_manager", "bundler", f"{gemfile}:1")


def _required(tree: Tree, draft: Draft, path: str) -> None:
    listed = tree.first(draft.path, "requirements.txt", "docs/requirements.txt", "requirements-docs.txt")
    if listed is not None:
        inside = listed if draft.path == "." else listed[len(draft.path) + 1 :]
        draft.note("install_command", f"pip install -r {inside}", f"{listed}:1")
        draft.note("package_manager", "pip", f"{listed}:1")
        return
    material = tree.search(path, r"^[ \t]*(?:name|theme):\s*[\"']?material\b")
    draft.presume("install_command", f"pip install {'mkdocs-material' if material else 'mkdocs'}",
                  material.evidence if material else f"{path}:1")  # fmt: skip


def _plain(tree: Tree, folder: str) -> Draft:
    path = tree.first(folder, "index.html", "index.htm") or join(folder, "index.html")
    draft = Draft(path=folder, language=NAME, standing="fallback", manifest=path)
    draft.note("kind", "static", f"{path}:1")
    draft.note("output_directory", ".", f"{path}:1")
    return draft
