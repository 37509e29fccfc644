"""What a look at a watched page found: only looks that found something, or could not be believed, are written down."""

from odoo import api, fields, models
from odoo.tools import LazyTranslate

from ..sii.row import Row
from . import ai_base  # noqa: F401 - what it inherits is defined first
from .sii_words import WORDS

_lt = LazyTranslate(__name__)

RESULTS = [
    ("first", "First look"),
    ("changed", "Changes"),
    ("doubted", "Not believed"),
    ("failed", "Could not be read"),
]
#: Why what a page shows is not believed.
DOUBTS = {
    "no_rows": _lt("The page has none of its rows."),
    "shrunk": _lt("Most of the rows are gone at once."),
    "rewritten": _lt("Most of the rows have other words at once."),
    "error_page": _lt("It is the page of an error, of a login or of maintenance."),
    "cut": _lt("The page ends before its end."),
    "no_text": _lt("The page has no text."),
    "mapping": _lt("The page can't be read as the source says."),
}
#: Rows of a change that are written down, and days that looks are kept.
_SHOWN, _DAYS = 200, 180


class AiSiiCheck(models.Model):
    """Written by the watch only."""

    _name = "l10n_cl_ai.sii.check"
    _inherit = "l10n_cl_ai.evidence"
    _description = "Look at a Watched Page"
    _order = "id desc"
    _rec_name = "source_id"

    source_id = fields.Many2one(
        "l10n_cl_ai.sii.source", "Page", required=True, readonly=True, index=True, ondelete="cascade"
    )
    run_id = fields.Many2one("l10n_cl_ai.sii.run", readonly=True, index="btree_not_null", ondelete="set null")
    result = fields.Selection(RESULTS, required=True, readonly=True)
    message = fields.Char(readonly=True)
    added = fields.Integer(readonly=True)
    changed = fields.Integer("Rows changed", readonly=True)
    removed = fields.Integer(readonly=True)
    rows = fields.Integer("Rows on the page", readonly=True)
    changes = fields.Json(readonly=True, help="[what happened, row as it is, row as it was]")
    changes_text = fields.Text("Rows that changed", compute="_compute_changes_text")

    @api.depends("changes")
    @api.depends_context("lang")
    def _compute_changes_text(self):
        signs = {"added": "+", "changed": "±", "removed": "−"}
        for check in self:
            lines = []
            for what, now, was in check.changes or []:
                lines.append(f"{signs[what]} {now or was}")
                if what == "changed":
                    lines.append(f"    {self.env._('before')}: {was}")
            check.changes_text = "\n".join(lines)

    @api.model
    def _write_down(self, source, run, look, result, changes=(), message=""):
        """Keep what a look (``sii.look.Look``) found."""
        return self.create({
            "source_id": source.id, "run_id": run[:1].id, "result": result, "message": message, "rows": len(look.rows),
            "added": len(look.changes.added), "changed": len(look.changes.changed),
            "removed": len(look.changes.removed),
            "changes": list(changes)[:_SHOWN],
        })  # fmt: skip

    @api.model
    def _doubt_words(self, word, why=""):
        """Return why a page is not believed. :param why: what is wrong with how it is read, in a word"""
        words = self.env._(DOUBTS[word]) if word in DOUBTS else word
        return f"{words} ({self.env._(WORDS[why])})" if word == "mapping" and why in WORDS else words

    @api.autovacuum
    def _gc_checks(self):
        """Forget looks of long ago; notices and documents stay."""
        old = self.search(
            [("create_date", "<", fields.Datetime.subtract(fields.Datetime.now(), days=_DAYS))], limit=5000
        )
        count = len(old)
        old.unlink()
        return count, count == 5000


def words_of(row):
    """Return a row (a record, or ``sii.row.Row``) in one line."""
    day = (row.day.isoformat() if row.day else "") if isinstance(row, Row) else str(row.day or "")
    parts = (row.kind, f"N° {row.number}" if row.number else "", day, row.title, row.value, row.url)
    return " · ".join(str(part) for part in parts if part)
