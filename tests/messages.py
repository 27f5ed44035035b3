"""Extracts the messages from the sources, updates the French catalogue and compiles it; `--check` only compares."""

import io
import sys
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
PO = ROOT / "resources/locale/fr/LC_MESSAGES/astreinte.po"
MO = PO.with_suffix(".mo")
METHODS = [("**.py", "python"), ("templates/helm/**", "jinja2"), ("templates/**", "jinja2")]
_JINJA = {"trimmed": "true", "silent": "false"}
# Templates of charts leave `{{ … }}` to Go.
_CHART = dict(zip(("variable", "block", "comment"), ("[[ ]]", "[% %]", "[# #]"), strict=True))
OPTIONS = {
    "templates/helm/**": _JINJA
    | {f"{kind}_{end}_string": pair.split()[end == "end"] for kind, pair in _CHART.items() for end in ("start", "end")},
    "templates/**": _JINJA,
}


def extracted() -> Catalog:
    """Every message in the sources and the templates."""
    catalog = Catalog(locale="fr", project="astreinte", charset="utf-8", fuzzy=False)
    for folder in ("server", "tools", "resources"):
        found = extract_from_dir(ROOT / folder, METHODS, OPTIONS, keywords={"_": None}, comment_tags=())
        for file, _line, message, _comments, _context in found:
            catalog.add(message, locations=[(f"{folder}/{file}", 0)])
    return catalog


def updated() -> Catalog:
    """The French catalogue with today's messages; translations that lost their message are dropped."""
    with PO.open("rb") if PO.exists() else io.BytesIO() as stream:
        catalog = read_po(stream, locale="fr")
    catalog.update(extracted(), no_fuzzy_matching=True)
    catalog.obsolete.clear()
    return catalog


def po_bytes(catalog: Catalog) -> bytes:
    """The catalogue as text, without dates and line numbers that would change at every run."""
    out = io.BytesIO()
    write_po(out, catalog, sort_output=True, omit_header=True, no_location=True, width=0)
    return b'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\n' + out.getvalue()


def mo_bytes(catalog: Catalog) -> bytes:
    """The compiled catalogue: no date in it changes from run to run."""
    compiled = Catalog(locale="fr", charset="utf-8")
    for message in catalog:
        if message.id:
            compiled.add(message.id, message.string)
    compiled.creation_date = compiled.revision_date = datetime(2026, 1, 1, tzinfo=UTC)
    out = io.BytesIO()
    write_mo(out, compiled)
    return out.getvalue()


def untranslated(catalog: Catalog) -> list[str]:
    """Messages without a French sentence."""
    return [str(message.id) for message in catalog if message.id and not message.string]


def main() -> int:
    """Update and compile, or with `--check` say what is out of date."""
    catalog = updated()
    po, mo, missing = po_bytes(catalog), mo_bytes(catalog), untranslated(catalog)
    if "--check" in sys.argv:
        stale = [path.name for path, data in ((PO, po), (MO, mo)) if not path.exists() or path.read_bytes() != data]
        print("\n".join([*(f"out of date: {name}" for name in stale), *(f"untranslated: {each}" for each in missing)]))
        return 1 if stale or missing else 0
    PO.parent.mkdir(parents=True, exist_ok=True)
    PO.write_bytes(po)
    MO.write_bytes(mo)
    print(f"{len(catalog)} messages, {len(missing)} untranslated")
    return 0


if __name__ == "__main__":
    sys.exit(main())
