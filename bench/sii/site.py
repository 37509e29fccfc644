"""The pages of ``dev/siisite``, each with what reads it."""

import sys
from dataclasses import dataclass

from ..harness import ROOT

sys.path.append(str(ROOT / "dev"))

from siisite import pages
from siisite.pages import Item, retitled, rows_for  # noqa: F401

from l10n_cl_ai.sii.mapping import Mapping  # isort: skip


@dataclass(frozen=True)
class Page:
    """A page, and how it is read."""

    page: pages.Page
    mapping: Mapping

    def __getattr__(self, name):
        return getattr(self.page, name)


PAGES = tuple(Page(page, Mapping(**page.mapping)) for page in pages.PAGES)
