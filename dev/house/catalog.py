"""The addon's translations follow its texts. Run by `dev/i18n` where Odoo's Python has polib."""
from __future__ import annotations

import argparse
import sys
from pathlib import Path

import polib

LANGUAGE = "es_CL"
# Odoo writes the time of each export: without news in the texts, the file had better not change.
_DATES = ("POT-Creation-Date", "PO-Revision-Date")


def entries(catalog: polib.POFile) -> list[tuple]:
    """What two catalogues have in common when only their dates differ."""
    return [(entry.msgid, entry.msgstr, entry.comment, entry.occurrences, entry.flags, entry.obsolete)
            for entry in catalog]


def save(catalog: polib.POFile, path: Path):
    """Write the catalogue, unless the file has the same texts already."""
    if path.exists():
        old = polib.pofile(str(path))
        if entries(old) == entries(catalog):
            return
    # polib writes CRLF on no platform, but wants to be told so.
    catalog.save(str(path), newline="\n")


def followed(template: polib.POFile, old: polib.POFile) -> polib.POFile:
    """The translations of `old` in the order and with the places of the template; what is gone goes to the end."""
    known = {entry.msgid: entry for entry in old}
    merged = polib.POFile()
    merged.header = template.header
    merged.metadata = {**template.metadata, "Language": LANGUAGE, "Plural-Forms": "nplurals=2; plural=(n != 1);"}
    for entry in template:
        before = known.pop(entry.msgid, None)
        merged.append(polib.POEntry(msgid=entry.msgid, msgstr=before.msgstr if before else "", comment=entry.comment,
                                    occurrences=entry.occurrences, flags=before.flags if before else []))
    for entry in known.values():
        if entry.msgstr:
            entry.obsolete, entry.occurrences = True, []
            merged.append(entry)
    return merged


def fill(catalog: polib.POFile, more: polib.POFile) -> list[str]:
    """Take the translations of `more`; return its texts that the catalogue does not have."""
    alive = {entry.msgid: entry for entry in catalog if not entry.obsolete}
    strange = []
    for entry in more:
        if not entry.msgstr:
            continue
        if entry.msgid in alive:
            alive[entry.msgid].msgstr = entry.msgstr
            alive[entry.msgid].flags = []
        else:
            strange.append(entry.msgid)
    return strange


def report(catalog: polib.POFile) -> bool:
    """Say what wants work; return whether nothing does."""
    kinds = {"missing": catalog.untranslated_entries(), "fuzzy": catalog.fuzzy_entries(),
             "obsolete": catalog.obsolete_entries()}
    for kind, found in kinds.items():
        for entry in found:
            print(f"{kind}: {entry.msgid!r}")
    counts = ", ".join(f"{len(found)} {kind}" for kind, found in kinds.items())
    print(f"{LANGUAGE}: {len([e for e in catalog if not e.obsolete])} texts, {counts}", file=sys.stderr)
    return not any(kinds.values())


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("template", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--prune", action="store_true")
    parser.add_argument("--missing", action="store_true")
    parser.add_argument("--fill", type=Path)
    options = parser.parse_args()
    options.folder.mkdir(exist_ok=True)
    template = polib.pofile(str(options.template))
    save(template, options.folder / options.template.name)
    path = options.folder / f"{LANGUAGE}.po"
    catalog = followed(template, polib.pofile(str(path)) if path.exists() else polib.POFile())
    for msgid in fill(catalog, polib.pofile(str(options.fill))) if options.fill else ():
        print(f"unknown: {msgid!r}")
    if options.prune:
        catalog[:] = [entry for entry in catalog if not entry.obsolete]
    save(catalog, path)
    if options.missing:
        wanting = polib.POFile()
        wanting.extend(polib.POEntry(msgid=entry.msgid) for entry in catalog.untranslated_entries())
        print(wanting)
        return int(bool(wanting))
    return 0 if report(catalog) else 1


if __name__ == "__main__":
    sys.exit(main())
