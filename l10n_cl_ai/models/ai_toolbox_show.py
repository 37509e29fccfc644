"""How tools show what they found: allowed fields, within bounds, rows with their keys, names ready to be masked."""

import re

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import escape_psql

from ..chat.tool import Refused, as_text
from ..dte.text import fold
from . import ai_toolbox  # noqa: F401 - what it extends is defined first
from .ai_action_fields import plain
from .move_facts import chilean_day
from .record_names import private_names

#: Rows of one list, letters of all its rows, letters of one text in them.
ROWS, ROOM, TEXT = 20, 6500, 240
#: Partners that one text may name; groups of one table.
MOST_PARTNERS, GROUPS = 200, 100
DATE = {"type": "string", "format": "date"}
_KEY = re.compile(r"R[1-9][0-9]{0,5}", re.IGNORECASE)
_RUT = re.compile(r"[0-9]{7,8}[0-9K]")
#: Letters that people write with or without an accent.
_ACCENTED = re.compile(r"[aeiounáéíóúüñ]", re.IGNORECASE)


def clipped(text, longest=TEXT):
    """Return a text of at most so many letters."""
    return text if len(text) <= longest else text[: longest - 1] + "…"


def number(value):
    """Return a number without the decimals that it does not have."""
    return int(value) if isinstance(value, float) and value.is_integer() else round(value, 4)


class AiToolbox(models.AbstractModel):
    _inherit = "l10n_cl_ai.toolbox"

    # -- what may leave --------------------------------------------------------------------------------

    @api.model
    def _feature(self):
        feature = self.env["l10n_cl_ai.feature"]._for("chat", self.env.company)
        if not feature:
            raise Refused("the assistant is switched off in this company")
        return feature

    @api.model
    def _shown(self, model_name, names):
        """Return {key: field} of what may leave and the user may read, of {key: name of a field of the model}."""
        model = self.env[model_name]
        asked = {
            f"{model_name}.{name}": key
            for key, name in names.items()
            if name in model._fields and model._has_field_access(model._fields[name], "read")
        }
        allowed = self._feature()._only_allowed(asked)
        return {key: model._fields[path.rpartition(".")[2]] for path, key in allowed.items()}

    @api.model
    def _told(self, record, shown, longest=TEXT):
        """Return {key: value} of a record as JSON holds it, without what is empty.

        :param shown: of :meth:`_shown`, :param longest: letters of a text
        """
        told = {}
        for key, field in shown.items():
            value = self._value(record, field)
            if isinstance(value, str):
                value = clipped(value, longest)
            if value not in (None, "", False):
                told[key] = value
        return told

    @api.model
    def _value(self, record, field):
        if field.type == "many2one":
            # sudo: as Odoo's own read() names what a record points at, also to who may not read that
            return record[field.name].sudo().display_name or None
        value = plain(record, field)
        return number(value) if isinstance(value, int | float) and not isinstance(value, bool) else value

    # -- rows ------------------------------------------------------------------------------------------

    @api.model
    def _rows(self, desk, records, teller, total=None, room=ROOM):
        """Return {rows, more} of records, each row with its key; as many as there is room for.

        :param teller: record -> row, :param total: how many there are, beyond these
        """
        rows, used = [], 0
        for record in records[:ROWS]:
            row = teller(record)
            used += len(as_text(row)) + 12
            if rows and used > room:
                break
            rows.append({"key": self._cite(desk, record, row), **row})
        more = (len(records) if total is None else total) - len(rows)
        return {"rows": rows, "more": more} if more > 0 else {"rows": rows}

    @api.model
    def _cite(self, desk, record, row):
        return desk.cite("record", record._name, record.id, record.display_name or "", as_text(row))

    @api.model
    def _figures(self, desk, model_name, title, figures, long=""):
        """Return figures drawn from many records with the key by which they are cited.

        :param long: key of the list that is cut where there is no room for all of it
        """
        while long and len(as_text(figures)) > ROOM and len(figures[long]) > 1:
            cut = max(len(figures[long]) // 8, 1)
            figures = {**figures, long: figures[long][:-cut], "more": figures.get("more", 0) + cut}
        return {"key": desk.cite("record", model_name, 0, title, as_text(figures)), **figures}

    @api.model
    def _titled(self, words, asked):
        """Return the title of figures: what they are, and of what. Two that were asked otherwise have two titles."""
        known = {
            "receivable": self.env._("of customers"), "payable": self.env._("of suppliers"),
            "sale": self.env._("sales"), "purchase": self.env._("purchases"),
        }  # fmt: skip
        values = [str(value) for value in asked.values() if value is not None]
        return " · ".join([words, *(known.get(value, value) for value in values)])

    @api.model
    def _hide(self, desk, records):
        """Have the names in these partners, or in what records point at, masked before anything leaves."""
        for one in private_names(records):
            desk.hide(one.kind, one.text)

    # -- what is asked ---------------------------------------------------------------------------------

    @api.model
    def _today(self):
        return chilean_day(fields.Datetime.now())

    @api.model
    def _between(self, field_name, since, until):
        """Return the domain of a period. :raises Refused: it ends before it begins"""
        if since and until and since > until:
            raise Refused("the period ends before it begins")
        domain = Domain.TRUE
        if since:
            domain &= Domain(field_name, ">=", since)
        if until:
            domain &= Domain(field_name, "<=", until)
        return domain

    @api.model
    def _by_key(self, desk, text):
        """Return the record that a key names, as the user may read it; None where the text is no key.

        :raises Refused: the key names nothing
        """
        if not _KEY.fullmatch(text):
            return None
        source = desk.sources.get(text.upper())
        model = self.env.get(source.model) if source and source.res_id else None
        record = model.browse(source.res_id).exists() if model is not None else None
        if not record:
            raise Refused(f"{text}: no record has this key")
        record.check_access("read")
        return record

    @api.model
    def _partners_of(self, desk, text):
        """Return the partners, which the user may read, that a key, a RUT or words of a name stand for.

        :raises Refused: too many
        """
        record = self._by_key(desk, text)
        if record is not None:
            return self._partner_of(record, text)
        found = self._partners_by_rut(text) or self._partners_by_name(text)
        if len(found) > MOST_PARTNERS:
            raise Refused("too many partners have such a name: give more of it")
        return found

    @api.model
    def _partner_of(self, record, text):
        if record._name == "res.partner":
            return record
        field = record._fields.get("partner_id")
        if field is None or field.comodel_name != "res.partner":
            raise Refused(f"{text}: this record has no partner")
        return record.partner_id

    @api.model
    def _partners_by_rut(self, text):
        partners = self.env["res.partner"]
        rut = re.sub(r"[.\s-]", "", text).upper()
        if not _RUT.fullmatch(rut):
            return partners
        likely = partners.search([("vat", "ilike", "%".join(rut))], limit=MOST_PARTNERS)
        return likely.filtered(lambda partner: re.sub(r"[^0-9K]", "", (partner.vat or "").upper()) == rut)

    @api.model
    def _partners_by_name(self, text):
        """Return partners whose name holds all the words, with or without their accents."""
        partners, words = self.env["res.partner"], text.split()
        if not any(len(fold(word)) >= 2 for word in words):
            return partners
        exact = Domain.AND([Domain("name", "ilike", escape_psql(word)) for word in words])
        if found := partners.search(exact, limit=MOST_PARTNERS + 1):
            return found
        alike = Domain.AND([Domain("name", "ilike", _ACCENTED.sub("_", escape_psql(word))) for word in words])
        wanted = [fold(word) for word in words]
        likely = partners.search(alike, limit=MOST_PARTNERS * 5)
        return likely.filtered(lambda partner: all(word in fold(partner.name or "") for word in wanted))
