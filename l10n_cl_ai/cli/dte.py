"""``odoo dte check``: Odoo finds this file by its name in the addons path."""

import importlib
import pathlib
import sys
import types

from odoo.cli import Command

ADDON = pathlib.Path(__file__).resolve().parent.parent


def _console():
    """Import the rules without the addon's models, which would need Odoo's registry."""
    package = types.ModuleType(ADDON.name)
    package.__path__ = [str(ADDON)]
    sys.modules.setdefault(ADDON.name, package)
    return importlib.import_module(f"{ADDON.name}.dte.console")


class Dte(Command):
    """Check electronic tax documents of Chile (DTE) without a database"""

    name = "dte"

    def run(self, args):
        sys.exit(_console().main(args, prog=self.prog))
