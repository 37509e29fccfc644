"""Loads the schemas that ``odoo dte check --schemas`` names."""

from collections.abc import Callable, Sequence

from lxml import etree

from .console_input import trouble
from .message import Message, _
from .schema import Generation, Refused, SchemaSet
from .schema_files import read_folder

#: Root elements whose schema makes a set useful.
ROOTS = ("DTE", "EnvioDTE", "EnvioBOLETA")
_REASONS = {
    "size": _("The schemas are too large or too many."),
    "name": _("A schema has a name that is not used: %(detail)s."),
    "content": _("A file is not a plain XML schema: %(detail)s."),
    "location": _("A schema asks for a file that is not in the folder: %(detail)s."),
    "empty": _("There is no *.xsd file in this folder."),
}


def load(folders: Sequence[str], complain: Callable[[str, Message], None]) -> SchemaSet | None:
    """Return the schemas in these folders, the newest first; None where none can be used.

    :param complain: called with the folder and what is wrong with it
    """
    generations = [found for found in (_generation(folder, complain) for folder in folders) if found]
    return SchemaSet(generations) if generations else None


def _generation(folder: str, complain: Callable[[str, Message], None]) -> Generation | None:
    try:
        generation = Generation(folder, read_folder(folder))
        # Compiled now, so that a broken one is told before the first document and not at it.
        compiled = [generation.schema(root) for root in ROOTS]
    except Refused as refused:
        complain(folder, _REASONS[refused.reason]._replace(params={"detail": refused.detail}))
    except etree.XMLSchemaParseError as error:
        complain(folder, _("A file is not a valid schema: %(detail)s", detail=str(error)[:300]))
    except OSError as error:
        complain(folder, trouble(error))
    else:
        if any(compiled):
            return generation
        complain(folder, _("There is no schema of a DTE here (DTE_v10.xsd, EnvioBOLETA_v11.xsd…)."))
    return None
