"""Purchase orders that fit a vendor bill, where Odoo's ``purchase`` is installed. A person links them, or does not."""

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools.misc import formatLang

from ..dte.rut import normalize, variants
from ..suggest.orders import Item, Order, Papers, fitting, words
from .account_move import READERS

#: Orders of one supplier that are looked through, the latest first; those that the bill names come besides.
LOOKED_AT = 100


class AccountMove(models.Model):
    _inherit = "account.move"

    l10n_cl_ai_orders = fields.Json(
        "Purchase orders that fit", compute="_compute_l10n_cl_ai_orders", groups=READERS
    )
    l10n_cl_ai_orders_linked = fields.Json("Purchase orders linked", readonly=True, copy=False, groups=READERS)
    l10n_cl_ai_orders_dismissed = fields.Json(
        "Purchase orders that are not this one's", readonly=True, copy=False, groups=READERS
    )

    @api.depends(
        "state", "partner_id", "ref", "invoice_origin", "amount_untaxed",
        "l10n_cl_ai_orders_linked", "l10n_cl_ai_orders_dismissed",
    )  # fmt: skip
    @api.depends_context("uid", "lang", "allowed_company_ids")
    def _compute_l10n_cl_ai_orders(self):
        """Empty without the purchase addon, without the right to read orders, and where nothing is to be said."""
        for move in self:
            saved = move._origin
            open_bill = saved and saved.state == "draft" and saved.move_type == "in_invoice"
            shown = open_bill and saved._l10n_cl_ai_sees_orders()
            move.l10n_cl_ai_orders = saved._l10n_cl_ai_orders_panel() if shown else False

    @api.model
    def _l10n_cl_ai_sees_orders(self):
        names = ("purchase.order", "purchase.order.line")
        return all(name in self.env and self.env[name].has_access("read") for name in names)

    def _l10n_cl_ai_orders_panel(self):
        dismissed = self._l10n_cl_ai_orders_put_aside()
        fits = [
            self._l10n_cl_ai_order_row(fit, order) for fit, order in self._l10n_cl_ai_order_fits(skip=dismissed)
        ]
        linked = self._l10n_cl_ai_linked_orders()
        if not fits and not linked and not dismissed:
            return False
        return {"fits": fits, "linked": linked, "dismissed": len(dismissed)}

    def _l10n_cl_ai_linked_orders(self):
        """Return the orders linked here that still are, as {id, name, lines}."""
        rows = []
        for order_id, link in self._l10n_cl_ai_links().items():
            lines = self._l10n_cl_ai_still_linked(link)
            if lines:
                rows.append({"id": int(order_id), "name": link["name"], "lines": len(lines)})
        return rows

    def _l10n_cl_ai_links(self):
        """Return the links made here. Who may write the bill writes anything into a field: what is none is no link."""
        links = self.l10n_cl_ai_orders_linked
        return {key: link for key, link in links.items() if _is_link(key, link)} if isinstance(links, dict) else {}

    def _l10n_cl_ai_orders_put_aside(self):
        """Return the ids of orders that are not this bill's."""
        ids = self.l10n_cl_ai_orders_dismissed
        return {one for one in ids if isinstance(one, int)} if isinstance(ids, list) else set()

    def _l10n_cl_ai_still_linked(self, link):
        tied = link["lines"]
        return self.invoice_line_ids.filtered(
            lambda line: line.purchase_line_id and tied.get(str(line.id)) == line.purchase_line_id.id
        )

    # -- finding ---------------------------------------------------------------------------------------

    def _l10n_cl_ai_order_fits(self, skip=()):
        """Return [(fit, order)], the best first."""
        papers = self._l10n_cl_ai_papers()
        if not papers.items:
            return []
        orders = self._l10n_cl_ai_candidate_orders(papers).filtered(lambda order: order.id not in skip)
        facts = [_order(order) for order in orders]
        fits = fitting(papers, facts, self.company_id.l10n_cl_ai_order_tolerance)
        return [(fit, orders.browse(fit.order)) for fit in fits]

    def _l10n_cl_ai_papers(self):
        """Return what of this bill belongs to no order yet."""
        lines = self.invoice_line_ids.filtered(
            lambda line: line.display_type == "product" and not line.purchase_line_id and line.price_subtotal > 0
        )
        others = self.invoice_line_ids.filtered(lambda line: line.display_type == "product" and line.purchase_line_id)
        items = [
            Item(line.id, line.name or "", line.product_id.id, line.quantity, line.price_subtotal / line.quantity)
            for line in lines
            if line.quantity > 0
        ]
        amount = self.amount_untaxed - sum(others.mapped("price_subtotal"))
        named = [text for text in (self.invoice_origin, self.ref) if text]
        return Papers(amount, items, named, [line.name or "" for line in self.invoice_line_ids])

    def _l10n_cl_ai_candidate_orders(self, papers):
        """Return confirmed orders of the supplier in this company that are not billed in full."""
        partner, orders = self.commercial_partner_id, self.env["purchase.order"]
        if not partner:
            return orders
        supplier = Domain("partner_id", "child_of", partner.id)
        if rut := normalize(partner.vat):
            supplier |= Domain("partner_id.commercial_partner_id.vat", "in", variants(rut))
        domain = (
            Domain("company_id", "=", self.company_id.id)
            & Domain("currency_id", "=", self.currency_id.id)
            & Domain("state", "=", "purchase")
            & Domain("invoice_status", "!=", "invoiced")
            & supplier
        )
        found = orders.search(domain, order="date_order DESC, id DESC", limit=LOOKED_AT)
        numbers = [word for text in (*papers.named, *papers.texts) for word in words(text)][:500]
        named = Domain("name", "in", numbers) | Domain("partner_ref", "in", numbers)
        return found | orders.search(domain & named, limit=LOOKED_AT)

    # -- showing ---------------------------------------------------------------------------------------

    def _l10n_cl_ai_order_row(self, fit, order):
        lines = {line.id: line for line in self.invoice_line_ids}
        ordered = {line.id: line for line in order.order_line}
        return {
            "id": order.id,
            "name": order.name,
            "title": self._l10n_cl_ai_order_title(fit, order),
            "reference": fit.reference and self.env._("The bill names it: %(number)s.", number=fit.reference),
            "matched": len(fit.pairs),
            "pairs": [
                {"line": mine, "mine": _words_of(lines[mine]), "theirs": _words_of(ordered[theirs], "product_qty")}
                for mine, theirs in fit.pairs
            ],
        }

    def _l10n_cl_ai_order_title(self, fit, order):
        values = {"order": order.name, "matched": len(fit.pairs), "lines": fit.lines}
        if not round(fit.difference, 1):
            return self.env._("Order %(order)s fits: same amount, %(matched)s of %(lines)s lines", **values)
        values["difference"] = formatLang(self.env, abs(fit.difference), digits=1)
        if not fit.within:
            return self.env._(
                "Order %(order)s may fit: amount differs %(difference)s %%, %(matched)s of %(lines)s lines", **values
            )
        return self.env._(
            "Order %(order)s fits: amount differs %(difference)s %%, %(matched)s of %(lines)s lines", **values
        )

    # -- deciding --------------------------------------------------------------------------------------

    def action_l10n_cl_ai_link_order(self, order_id):
        """Tie the lines that are an order's to it. What the supplier charges stays as it is."""
        self._l10n_cl_ai_check_orders()
        fit, order = next((pair for pair in self._l10n_cl_ai_order_fits() if pair[1].id == order_id), (None, None))
        if not fit or not fit.pairs:
            raise UserError(self.env._("No line of this bill is one of that order any more. Use Purchase Matching."))
        lines = {line.id: line for line in self.invoice_line_ids}
        for mine, theirs in fit.pairs:
            lines[mine].purchase_line_id = theirs
        link = {"name": order.name, "lines": {str(mine): theirs for mine, theirs in fit.pairs}, "origin": False}
        if order.name not in words(self.invoice_origin):
            link["origin"] = True
            self.invoice_origin = ", ".join(filter(None, (self.invoice_origin, order.name)))
        self.l10n_cl_ai_orders_linked = {**self._l10n_cl_ai_links(), str(order.id): link}
        values = {"order": order.name, "lines": len(fit.pairs)}
        self.message_post(body=self.env._("Linked to purchase order %(order)s: %(lines)s lines.", **values))

    def action_l10n_cl_ai_unlink_order(self, order_id):
        """Undo a link made here; lines that were tied elsewhere since are left alone."""
        self._l10n_cl_ai_check_orders()
        links = self._l10n_cl_ai_links()
        link = links.pop(str(order_id), None)
        if not link:
            return
        self._l10n_cl_ai_still_linked(link).purchase_line_id = False
        if link["origin"]:
            kept = [number.strip() for number in (self.invoice_origin or "").split(",")]
            self.invoice_origin = ", ".join(number for number in kept if number and number != link["name"]) or False
        self.l10n_cl_ai_orders_linked = links or False
        self.message_post(body=self.env._("No longer linked to purchase order %(order)s.", order=link["name"]))

    def action_l10n_cl_ai_dismiss_order(self, order_id):
        self._l10n_cl_ai_check_orders()
        if not isinstance(order_id, int):
            raise UserError(self.env._("There is no such order."))
        self.l10n_cl_ai_orders_dismissed = sorted({*self._l10n_cl_ai_orders_put_aside(), order_id})

    def action_l10n_cl_ai_restore_orders(self):
        """Show again what was dismissed."""
        self._l10n_cl_ai_check_orders()
        self.l10n_cl_ai_orders_dismissed = False

    def action_l10n_cl_ai_open_order(self, order_id):
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "res_model": "purchase.order",
            "res_id": order_id,
            "views": [(False, "form")],
        }

    def _l10n_cl_ai_check_orders(self):
        self.ensure_one()
        self.check_access("write")
        if self.state != "draft" or self.move_type != "in_invoice" or not self._l10n_cl_ai_sees_orders():
            raise UserError(self.env._("Only draft vendor bills are linked to purchase orders, by who may read those."))


def _is_link(order_id, link):
    """Whether this is what linking writes: {"name": str, "lines": {line: line of the order}, "origin": bool}."""
    return (
        order_id.isdecimal() and len(order_id) < 11 and isinstance(link, dict) and isinstance(link.get("name"), str)
        and isinstance(link.get("lines"), dict) and "origin" in link
    )  # fmt: skip


def _order(order):
    """Return what is still open of an order."""
    items = [
        Item(line.id, line.name or "", line.product_id.id, line.product_qty - line.qty_invoiced, _price(line))
        for line in order.order_line
        if not line.display_type and line.product_qty > line.qty_invoiced
    ]
    return Order(order.id, [number for number in (order.name, order.partner_ref) if number], items)


def _price(line):
    """Return what a unit costs without taxes, after discount."""
    return line.price_subtotal / line.product_qty if line.product_qty else line.price_unit


def _words_of(line, quantity="quantity"):
    """Return a line in one short line of text: what, how many, at what price."""
    name = (line.name or "").split("\n")[0][:80]
    places = 0 if line.price_unit == int(line.price_unit) else 2
    return f"{name} · {line[quantity]:g} × {formatLang(line.env, line.price_unit, digits=places)}"
