"""What we hold about a natural person, given to him or erased (Ley 19.628 as amended by 21.719, arts. 5, 7, 9).

Each model declares what of its rows is somebody's (``kept.Keeping``); this finds, gives and erases by that. A model
that stores otherwise (bare tables, rows that the ORM may not write) extends the methods below for its own kinds.
"""

from dataclasses import dataclass

from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from ..dte import rut as ruts
from ..llm.person import Person
from .kept import DELETE, STAY, STRIKE, Keeping

#: Folded as ``person.folded`` does; of other alphabets nothing is looked for.
_ACCENTS, _PLAIN = "áàäâãéèëêíìïîóòöôõúùüûñç", "aaaaaeeeeiiiiooooouuuunc"
#: RUTs from here on are given to companies.
_FIRST_COMPANY = 50_000_000


@dataclass(frozen=True)
class Subject:
    """A natural person in one company.

    :param partner: record of the person
    :param user: his user, or no record
    :param person: where he may be named
    """

    company: models.BaseModel
    partner: models.BaseModel
    user: models.BaseModel
    person: Person


@dataclass(frozen=True)
class Found:
    """What is held of a kind.

    :param mine: rows that are the person's, :param named: rows of others, or of nobody, that name him
    """

    kind: str
    keeping: Keeping
    mine: models.BaseModel
    named: models.BaseModel

    @property
    def fate(self):
        """What erasing does to his rows: ``delete``, ``strike`` or ``stay``."""
        return self.keeping.erase


class AiPrivacy(models.AbstractModel):
    _name = "l10n_cl_ai.privacy"
    _description = "What is held about a person"

    # -- who -------------------------------------------------------------------------------------------

    @api.model
    def _subject(self, partner, company, user=None):
        """Return the person that a partner is.

        :raises UserError: it is a company: personal data are natural persons'
        """
        # sudo: res.partner, res.users, res.partner.bank - a manager answers for all that the company holds about him
        partner = partner.sudo()
        user = (user or partner.with_context(active_test=False).user_ids[:1]).sudo()
        if partner.is_company and not self._is_persons_rut(partner.vat):
            raise UserError(
                self.env._("%(partner)s is a company. The law speaks of the data of natural persons.",
                           partner=partner.display_name)
            )  # fmt: skip
        numbers = [partner.vat, partner.email, partner.phone, user.login, *partner.bank_ids.mapped("acc_number")]
        address = " ".join(filter(None, (partner.street, partner.city)))
        person = Person([partner.name or "", user.name or ""], [partner.street or "", address], map(_text, numbers))
        return Subject(company, partner, user, person)

    @api.model
    def _is_persons_rut(self, vat):
        rut = ruts.normalize(vat or "")
        return bool(rut) and int(rut.partition("-")[0]) < _FIRST_COMPANY

    # -- what ------------------------------------------------------------------------------------------

    @api.model
    def _found(self, subject):
        """Return what is held of each kind (:class:`Found`), kinds of which nothing is left out."""
        found = [self._found_of(kind, *declared, subject)
                 for kind, declared in sorted(self.env["l10n_cl_ai.retention"]._kinds().items())]  # fmt: skip
        return [one for one in found if one.mine or one.named]

    @api.model
    def _found_of(self, kind, model, keeping, subject):
        # sudo: all that the company holds, whoever may read it; what is shown of it is said in ``_given``
        rows = self.env[model].sudo().with_context(active_test=False)
        of_kind = Domain(keeping.domain) & Domain(keeping.company, "=", subject.company.id)
        his = self._his(keeping, subject)
        mine = rows.search(of_kind & his) if his else rows.browse()
        return Found(kind, keeping, mine, self._naming(rows, keeping, subject, of_kind) - mine)

    @api.model
    def _his(self, keeping, subject):
        """Return the domain of rows that are the person's; False where none can be."""
        parts = [Domain(name, "=", subject.user.id) for name in keeping.users if subject.user]
        parts += [Domain(name, "=", subject.partner.id) for name in keeping.partners]
        if keeping.record:
            model, res_id = keeping.record
            moves = self.env["account.move"].sudo()._search([  # sudo: which documents are his
                ("partner_id", "=", subject.partner.id), ("company_id", "=", subject.company.id)
            ])  # fmt: skip
            parts.append(Domain(model, "=", "res.partner") & Domain(res_id, "=", subject.partner.id))
            parts.append(Domain(model, "=", "account.move") & Domain(res_id, "in", moves))
        return Domain.OR(parts)

    @api.model
    def _naming(self, rows, keeping, subject, domain):
        """Return rows in whose texts he is named."""
        needle = subject.person.needle
        if not needle or not keeping.texts:
            return rows.browse()
        # Looked for in the table, then read with care: what the needle finds need not be his.
        rows.flush_model()
        texts = SQL(" OR ").join(
            SQL("translate(lower(%s::text), %s, %s) ~ %s", SQL.identifier(name), _ACCENTS, _PLAIN, needle)
            for name in keeping.texts
        )
        query = rows._search(domain)
        query.add_where(SQL("(%s)", SQL("%s IN (SELECT id FROM %s WHERE %s)",
                        SQL.identifier(query.table, "id"), SQL.identifier(rows._table), texts)))  # fmt: skip
        candidates = rows.browse(query)
        person = subject.person
        return candidates.filtered(lambda row: any(person.is_in(row[name]) for name in keeping.texts if row[name]))

    # -- giving ----------------------------------------------------------------------------------------

    @api.model
    def _given(self, found):
        """Return, as JSON, what the person is given of a kind; of others' private texts, that he is named only."""
        keeping = found.keeping
        date = "create_date" if "." in keeping.date else keeping.date
        return {
            "kind": found.kind,
            "name": self.env._(keeping.name),
            "kept_for": self.env._(keeping.why) if keeping.why else "",
            "rows": [self._row(row, keeping.personal) for row in found.mine],
            "named_in": [self._row(row, (date,) if keeping.secret else keeping.personal) for row in found.named],
        }

    @api.model
    def _row(self, row, names):
        return {"id": row.id, **{name: _plain(row, name) for name in names}}

    # -- erasing ---------------------------------------------------------------------------------------

    @api.model
    def _erase(self, found, subject):
        """Erase what may be erased of a kind.

        :return: {"deleted": rows, "struck": rows, "kept": rows}
        """
        # Some went with what they belonged to.
        mine, named = found.mine.exists(), found.named.exists()
        gone = self._going(found, mine)
        left = mine - gone
        struck = self._strike(found.kind, found.keeping, left | named, subject)
        kept = left - struck if found.fate != STRIKE else left.browse()
        counts = {"deleted": len(found.mine) - len(left), "struck": len(struck), "kept": len(kept)}
        self._delete(found.kind, gone, subject)
        return counts

    @api.model
    def _going(self, found, mine):
        """Return those of his rows that are deleted."""
        if found.fate == DELETE:
            return mine
        if found.fate == STAY and isinstance(found.keeping.ended, str):
            # What nothing rests on any more need not stay.
            return mine.filtered_domain(getattr(mine, found.keeping.ended)())
        return mine.browse()

    @api.model
    def _delete(self, kind, rows, subject):
        rows.unlink()

    @api.model
    def _strike(self, kind, keeping, rows, subject):
        """Take the person out of the texts of rows; return those that named him."""
        struck = rows.browse()
        for row in rows:
            values = {}
            for name in keeping.texts:
                value = row[name]
                if value and (new := subject.person.strike_json(value)) != value:
                    values[name] = new
            if values:
                row.write(values)
                struck |= row
        return struck


def _text(value):
    return value or ""


def _plain(row, name):
    """Return a field's value as JSON holds it; of records their names."""
    field, value = row._fields[name], row[name]
    if field.relational:
        return value.mapped("display_name")
    if field.type in ("date", "datetime"):
        return value.isoformat() if value else None
    return value if value is not False or field.type == "boolean" else None
