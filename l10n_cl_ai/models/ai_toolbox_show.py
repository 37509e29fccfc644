"""How tools show what they found: allowed fields, within bounds, rows with their keys, names ready to be masked."""

import datetime
import re

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import OrderedSet, escape_psql, format_date

from ..chat.tool import Refused, as_text
from ..dte.text import fold
from . import ai_toolbox  # noqa: F401 - what it extends is defined first
from .ai_action_fields import plain
from .move_facts import chilean_day
from .record_names import called, private_names

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


def _as_json(value):
    """Return a domain, or a value in it, as JSON holds it."""
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, Domain | list | tuple | set | frozenset | OrderedSet):
        return [_as_json(one) for one in value]
    return value


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
    def _teller(self, records):
        """Return record -> row, for records of which nothing is known but their names."""
        return lambda record: {"name": clipped(record.display_name or "")}

    @api.model
    def _cite(self, desk, record, row):
        return desk.cite("record", record._name, record.id, called(record), as_text(row))

    @api.model
    def _figures(self, desk, model_name, title, figures, domain, long=""):
        """Return figures drawn from many records with the key by which they are cited.

        :param domain: of these records: who opens the source sees them
        :param long: key of the list that is cut where there is no room for all of it
        """
        while long and len(as_text(figures)) > ROOM and len(figures[long]) > 1:
            cut = max(len(figures[long]) // 8, 1)
            figures = {**figures, long: figures[long][:-cut], "more": figures.get("more", 0) + cut}
        key = desk.cite("record", model_name, 0, title, as_text(figures), domain=_as_json(domain))
        return {"key": key, **figures}

    @api.model
    def _titled(self, words, asked):
        """Return the title of figures: what they are, and of what. Two that were asked otherwise have two titles."""
        values = [self._in_words(name, value) for name, value in asked.items() if value not in (None, False)]
        return " · ".join([words, *values])

    @api.model
    def _in_words(self, name, value):
        """Return what was asked for as people call it. :param name: of the property"""
        if isinstance(value, datetime.date):
            return format_date(self.env, value)
        if value is True:
            return self.env._("on screen")
        if name == "weeks":
            return self.env._("%(count)s weeks", count=value)
        move = self.env["account.move"]
        known = {
            "receivable": self.env._("of customers"), "payable": self.env._("of suppliers"),
            "sale": self.env._("sales"), "purchase": self.env._("purchases"),
            "invoice": self.env._("invoices"), "credit_note": self.env._("credit notes"),
            "debit_note": self.env._("debit notes"),
            "open": self.env._("with something left to pay"), "overdue": self.env._("overdue"),
            "month": self.env._("by month"), "partner": self.env._("by partner"),
            "document_type": self.env._("by type of document"), "state": self.env._("by state"),
            "payment": self.env._("by payment"),
        }  # fmt: skip
        for field in ("state", "payment_state", "l10n_cl_ai_state", "l10n_cl_ai_sii_state"):
            known = dict(move._fields[field]._description_selection(self.env)) | known
        return str(known.get(value, value))

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
    def _on_screen(self, desk, model_name):
        """Return the domain of what the user selected on screen, or else of what the list there shows.

        :raises Refused: there is something else on screen, or nobody knows what the list is filtered by
        """
        screen = desk.screen or {}
        ids = screen.get("ids")
        if screen.get("model") != model_name or (screen["view"] == "form" and not ids):
            raise Refused("on_screen: no list of these is on the user's screen")
        if len(ids) < screen["count"]:
            raise Refused("on_screen: too many are selected")
        if ids:
            return Domain("id", "in", ids)
        try:
            domain = Domain(screen["domain"])
            domain.validate(self.env[model_name])
        except (ValueError, TypeError, KeyError, AttributeError, AssertionError) as problem:
            # It came from a browser: whatever is wrong with it, it is no error of ours.
            raise Refused("on_screen: the filter there can't be applied") from problem
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
