"""Static sites: plain HTML, and the generators that are not another ecosystem's (Hugo, Jekyll, MkDocs, Zola)."""

from resources.catalogue import _
from tools.stacks.draft import Draft
from tools.stacks.folders import is_aside
from tools.stacks.tree import Tree, join, parent

NAME = "static"

# generator: its own file, what builds the site, where the site lands
_GENERATORS: tuple[tuple[str, tuple[str, ...], str, str], ...] = (
    ("hugo", ("hugo.toml", "hugo.yaml", "hugo.yml", "hugo.json"), "hugo --minify", "public"),
    ("jekyll", ("_config.yml",), "bundle exec jekyll build", "_site"),
    ("zola", ("zola.toml",), "zola build", "public"),
    ("mkdocs", ("mkdocs.yml", "mkdocs.yaml"), "mkdocs build --strict", "site"),
)
_ROOTS = ("public", "www", "site", "static", "html", "docs", "htdocs", "web", "src")


def detect(tree: Tree) -> list[Draft]:
    """A generator's site, or the outermost folder with an index.html; only where nothing else is found."""
    drafts = [draft for name, files, build, out in _GENERATORS for draft in _generated(tree, name, files, build, out)]
    if drafts:
        return drafts
    index = tree.first(".", "index.html", "index.htm")
    folders = [parent(index)] if index else [folder for folder in _ROOTS if tree.first(folder, "index.html")]
    if not folders:
        pages = [path for path in tree.named("index.html") if not is_aside(parent(path))]
        folders = [parent(min(pages, key=lambda path: (path.count("/"), path)))] if pages else []
    return [_plain(tree, folder) for folder in folders[:1]]


def _generated(tree: Tree, name: str, files: tuple[str, ...], build: str, out: str) -> list[Draft]:
    drafts = []
    for path in tree.named(*files):
        folder = parent(path)
        if name == "jekyll" and not tree.search(path, r"^(?:title|theme|remote_theme|plugins|markdown|baseurl):"):
            continue
        draft = Draft(path=folder, language=NAME, standing="fallback", manifest=path)
        draft.note("kind", "static", f"{path}:1")
        draft.note("framework", name, f"{path}:1")
        draft.note("build_command", build, f"{path}:1")
        draft.note("output_directory", out, f"{path}:1")
        if name == "jekyll":
            lock = tree.first(folder, "Gemfile.lock")
            if lock:
                draft.note("lock_file", lock, f"{lock}:1")
                draft.note("install_command", "bundle install", f"{lock}:1")
                draft.note("package_manager", "bundler", f"{lock}:1")
        drafts.append(draft)
    return drafts


def _plain(tree: Tree, folder: str) -> Draft:
    path = tree.first(folder, "index.html", "index.htm") or join(folder, "index.html")
    draft = Draft(path=folder, language=NAME, standing="fallback", manifest=path)
    draft.note("kind", "static", f"{path}:1")
    draft.note("output_directory", ".", f"{path}:1")
    title = tree.search(path, r"(?i)<title>\s*([^<]{1,80}?)\s*</title>")
    if title is None:
        draft.warnings.append(_("{path} has no title.", path=path))
    return draft
