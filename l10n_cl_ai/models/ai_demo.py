"""The demo company: makes it once, checks its documents and prints what was found."""

import datetime

from odoo import Command, api, fields, models
from odoo.tools import file_open

from ..demo.answers import ANSWERS
from ..demo.documents import DOCUMENTS
from ..demo.parties import COMPANIES, PARTNERS, USERS
from .move_facts import chilean_day

#: CLP for a dollar in the demo.
_DOLLAR = 950


class Demo(models.AbstractModel):
    _name = "l10n_cl_ai.demo"
    _description = "Demo of AI Chile"

    @api.model
    def _create_documents(self):
        """Make companies, people, partners and documents that are not there yet, and check them all."""
        self._use_spanish()
        companies = {key: self._once(key, self._company, values) for key, values in COMPANIES.items()}
        self._let_in(companies)
        partners = {key: self._partner(key, values) for key, values in PARTNERS.items()}
        moves = self.env["account.move"]
        for document in DOCUMENTS:
            company = companies[document.company]
            maker = self.with_company(company).with_context(lang="es_CL", allowed_company_ids=company.ids)
            moves |= maker._once(document.key, maker._move, document, company, partners[document.partner])
        self._answer()
        for company in companies.values():
            company.write({"l10n_cl_ai_post_on_block": "block", "l10n_cl_ai_post_on_warn": "warn"})
            moves.filtered(lambda move, company=company: move.company_id == company)._l10n_cl_ai_check()
        return moves

    # -- making things once --------------------------------------------------------------------------

    @api.model
    def _once(self, key, make, *values):
        """Return the record of an XML id ``demo_<key>``, made by ``make(*values)`` when missing."""
        xmlid = f"l10n_cl_ai.demo_{key}"
        record = self.env.ref(xmlid, raise_if_not_found=False)
        if not record:
            record = make(*values)
            self.env["ir.model.data"]._update_xmlids([{"xml_id": xmlid, "record": record, "noupdate": True}])
        return record

    @api.model
    def _use_spanish(self):
        """Load Chilean Spanish, with the texts of what is installed already."""
        lang = self.env["res.lang"]
        if "es_CL" not in dict(lang.get_installed()):
            lang._activate_lang("es_CL")
            installed = self.env["ir.module.module"].search([("state", "=", "installed")])
            installed._update_translations(["es_CL"])

    @api.model
    def _company(self, values):
        partner = self.env["res.partner"].create(
            {
                **{name: values[name] for name in ("name", "vat", "street", "city", "email")},
                "phone": values.get("phone"),
                "is_company": True,
                "lang": "es_CL",
                "country_id": self.env.ref("base.cl").id,
                "state_id": self.env.ref(f"base.{values['state']}").id,
                "l10n_latam_identification_type_id": self.env.ref("l10n_cl.it_RUT").id,
                "l10n_cl_sii_taxpayer_type": "1",
                "l10n_cl_activity_description": values["giro"],
            }
        )
        # A demo asks nothing of the network: no look-up of the company, no sharing of bills.
        quiet = {"autopost_bills": False, "iap_enrich_auto_done": True}
        company = self.env["res.company"].create(
            {"name": values["name"], "partner_id": partner.id, "currency_id": self.env.ref("base.CLP").id,
             # Else the first who sends an invoice is asked for a layout, which takes an administrator.
             "external_report_layout_id": self.env.ref("web.external_layout_standard").id,
             **{name: value for name, value in quiet.items() if name in self.env["res.company"]._fields}}
        )  # fmt: skip
        self.env["account.chart.template"].try_loading("cl", company, install_demo=False)
        dollar = self.env.ref("base.USD")
        dollar.active = True
        self.env["res.currency.rate"].create(
            {"name": datetime.date(2025, 1, 1), "currency_id": dollar.id, "company_id": company.id,
             "rate": 1 / _DOLLAR}
        )  # fmt: skip
        return company

    @api.model
    def _let_in(self, companies):
        """Give the demo's people and the administrator the companies; the first is where they arrive."""
        nuble = companies["company_nuble"]
        ids = [company.id for company in companies.values()]
        values = {"company_ids": [Command.link(i) for i in ids], "company_id": nuble.id, "lang": "es_CL"}
        admin = self.env.ref("base.user_admin")
        if admin.company_id not in companies.values():
            admin.write(
                {**values, "group_ids": [Command.link(self.env.ref("account.group_account_user").id)]}
            )
        for login, person in USERS.items():
            self._once(f"user_{login}", self._user, login, person, values)

    @api.model
    def _user(self, login, person, values):
        groups = [Command.link(self.env.ref(xmlid).id) for xmlid in person["groups"]]
        return self.env["res.users"].with_context(no_reset_password=True).create(
            {**values, "name": person["name"], "login": login, "password": login, "group_ids": groups,
             "email": f"{login}@comercialnuble.example", "tz": "America/Santiago"}
        )  # fmt: skip

    @api.model
    def _partner(self, key, values):
        if isinstance(values, str):
            return self.env.ref(values)
        return self._once(f"partner_{key}", self._new_partner, values)

    @api.model
    def _new_partner(self, values):
        ids = {name: self.env.ref(value).id for name, value in values.items() if name.endswith("_id")}
        # Data pushed by another program skip the check of the RUT: that is how wrong ones come in.
        return self.env["res.partner"].with_context(no_vat_validation=True).create({**values, **ids})

    # -- documents -----------------------------------------------------------------------------------

    @api.model
    def _move(self, document, company, partner):
        """Make one document as a person or an import would, post it when it is to be posted."""
        company.tax_calculation_rounding_method = "round_per_line" if document.per_line else "round_globally"
        move = self.env["account.move"].create(self._values(document, partner))
        if document.folio:
            # An import writes the number as a text, past the check of the form.
            move.name = f"{move.l10n_latam_document_type_id.doc_code_prefix} {document.folio}"
        if document.xml:
            self._attach(move, document.xml)
        if document.posted:
            move.action_post()
        if not document.per_line or document.company == "company_nuble":
            company.tax_calculation_rounding_method = "round_globally"
        return move

    @api.model
    def _values(self, document, partner):
        day = self._day(document.day)
        kind = self.env["l10n_latam.document.type"].search(
            [("code", "=", document.type), ("country_id.code", "=", "CL")], limit=1
        )
        values = {
            "move_type": document.move_type,
            "partner_id": partner.id,
            "invoice_date": day,
            "invoice_date_due": day + datetime.timedelta(days=30),
            "invoice_payment_term_id": False,
            "l10n_latam_document_type_id": kind.id,
            "invoice_line_ids": [Command.create(self._line(document, item)) for item in document.items],
            **{name: value for name, value in document.values.items() if name != "currency"},
        }
        if document.values.get("currency"):
            values["currency_id"] = self.env.ref(f"base.{document.values['currency']}").id
        if document.origin:
            field = "debit_origin_id" if document.type == "56" else "reversed_entry_id"
            values[field] = self.env.ref(f"l10n_cl_ai.demo_{document.origin}").id
        return values

    @api.model
    def _day(self, day):
        if isinstance(day, str):
            return datetime.date.fromisoformat(day)
        return chilean_day(fields.Datetime.now()) + datetime.timedelta(days=day)

    @api.model
    def _line(self, document, item):
        return {
            "name": item.name,
            "quantity": item.quantity,
            "price_unit": item.price,
            "discount": item.discount,
            "tax_ids": [Command.set([] if item.exempt else self._taxes(document).ids)],
        }

    @api.model
    def _taxes(self, document):
        """Return plain IVA; in a factura de compra also its total retention."""
        company = self.env.company
        if document.move_type.startswith("out_"):
            return company.account_sale_tax_id
        if document.type != "46":
            return company.account_purchase_tax_id
        retention = self.env["account.chart.template"].with_company(company).ref("I_RTI")
        return company.account_purchase_tax_id | retention

    @api.model
    def _attach(self, move, filename):
        with file_open(f"l10n_cl_ai/demo/{filename}", "rb") as file:
            self.env["ir.attachment"].create(
                {"name": filename, "raw": file.read(), "mimetype": "application/xml",
                 "res_model": move._name, "res_id": move.id}
            )  # fmt: skip

    @api.model
    def _answer(self):
        """Record what was answered about documents of which nobody has answered yet."""
        moves = {key: self.env.ref(f"l10n_cl_ai.demo_{key}") for key in {answer.document for answer in ANSWERS}}
        silent = {key for key, move in moves.items()
                  if move._l10n_cl_ai_is_answerable() and not move.l10n_cl_ai_outcome_ids}  # fmt: skip
        now = fields.Datetime.now()
        for answer in ANSWERS:
            if answer.document in silent:
                at = now + datetime.timedelta(days=answer.day)
                moves[answer.document]._l10n_cl_ai_record_outcome(
                    answer.kind, answer.details, event=answer.event, at=at,
                    received_at=at if answer.received else None, source="module",
                )  # fmt: skip

    # -- showing -------------------------------------------------------------------------------------

    @api.model
    def _moves(self):
        """Return the demo's documents, in the order of its list."""
        refs = (
            self.env.ref(f"l10n_cl_ai.demo_{document.key}", raise_if_not_found=False)
            for document in DOCUMENTS
        )
        return self.env["account.move"].browse([move.id for move in refs if move])

    @api.model
    def _print_table(self):
        """Print tipo, folio, cliente, total, resultado and observaciones of the demo's documents."""
        moves = self.with_context(lang="es_CL")._moves()
        # An update may bring other rules: what is shown is what they say today.
        moves.filtered(lambda move: move.l10n_cl_ai_state == "stale")._l10n_cl_ai_check()
        rows = [("Tipo", "Folio", "Cliente o proveedor", "Total", "Resultado", "Observaciones")]
        rows += [self._row(move) for move in moves]
        widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
        for number, row in enumerate(rows):
            cells = (cell.rjust(width) if column == 3 else cell.ljust(width)
                     for column, (cell, width) in enumerate(zip(row, widths, strict=True)))  # fmt: skip
            print("  ".join(cells).rstrip())
            if not number:
                print("  ".join("─" * width for width in widths))
        return len(rows) - 1

    @api.model
    def _row(self, move):
        verdict = dict(move._fields["l10n_cl_ai_verdict"]._description_selection(self.env))
        total = f"{move.amount_total:,.{move.currency_id.decimal_places}f}"
        return (
            move.l10n_latam_document_type_id.code,
            move.l10n_latam_document_number or self.env._("draft"),
            move.partner_id.name[:34],
            f"{total.translate(str.maketrans(',.', '.,'))} {move.currency_id.name}",
            verdict.get(move.l10n_cl_ai_verdict, "—"),
            " ".join(dict.fromkeys(move.l10n_cl_ai_finding_ids.mapped("rule_code"))),
        )
