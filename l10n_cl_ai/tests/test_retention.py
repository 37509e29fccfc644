"""How long each kind of data is kept: one that goes and one that stays of each, and holds."""

from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import freeze_time, tagged

from ..models import ai_retention
from ..models.kept import Keeping
from .common import NOW
from .ledger_common import LedgerCase

LOGGER = "odoo.addons.l10n_cl_ai.models.ai_retention"


class RetentionCase(LedgerCase):
    def setUp(self):
        super().setUp()
        self.retention = self.env["l10n_cl_ai.retention"]
        self.retention._sync()

    def of(self, kind, company=None):
        company = company or self.company
        return self.retention.search([("kind", "=", kind), ("company_id", "=", company.id)])

    def aged(self, record, field, days):
        """Let a record be so many days old."""
        self.env.flush_all()
        then = fields.Datetime.now() - timedelta(days=days)
        self.env.cr.execute(f"UPDATE {record._table} SET {field} = %s WHERE id = ANY(%s)", [then, record.ids])
        record.invalidate_recordset()
        return record

    def hold(self, company=None, **values):
        holds = self.env["l10n_cl_ai.hold"].with_user(self.manager)
        return holds.create({"company_id": (company or self.company).id, "reason": "Rol C-1234-2026", **values})

    # -- one row of each kind ------------------------------------------------------------------------

    def conversation(self, company=None):
        return self.env["l10n_cl_ai.conversation"]._begin("general", company or self.company, self.user).sudo()

    def queued(self, model, **values):
        own = {"company_id": self.company.id, "user_id": self.user.id, "state": "done", "finished_at": NOW}
        return self.env[model].create({**own, **values})


@freeze_time(NOW)
@tagged("post_install_l10n", "post_install", "-at_install")
class TestSweeping(RetentionCase):
    def rows(self):
        """Return {kind: (a row that may go, its field of age)}."""
        env, move = self.env, self.invoice()
        checks = move._l10n_cl_ai_check() | move._l10n_cl_ai_check()
        record = {"res_model": "account.move", "res_id": move.id}
        batch = env["l10n_cl_ai.batch"].create(
            {"name": "Octubre", "company_id": self.company.id, "user_id": self.user.id, "state": "done"}
        )
        item = {"batch_id": batch.id, "res_model": "l10n_cl_ai.review", "res_id": 1, "token": "x"}
        imported = {"url": "https://www.sii.cl/x", "company_id": self.company.id, "user_id": self.user.id}
        bill = self.invoice(46)
        suggestion = env["l10n_cl_ai.suggestion"].create(
            {"company_id": self.company.id, "move_id": bill.id, "line_id": bill.invoice_line_ids[0].id,
             "settled_on": "2026-11-18"}
        )  # fmt: skip
        run = env["l10n_cl_ai.suggestion.run"].create({"company_id": self.company.id, "user_id": self.user.id})
        reviews = [self.queued("l10n_cl_ai.review", move_id=move.id) for _time in range(2)]
        proposal = env["l10n_cl_ai.chat.proposal"].create(
            {"company_id": self.company.id, "user_id": self.user.id, "kind": "note", "state": "applied",
             "expires_at": NOW, **record}
        )  # fmt: skip
        batch.finished_at = NOW
        alert = env["l10n_cl_ai.alert"].search([("company_id", "=", self.company.id)], limit=1)
        event = env["l10n_cl_ai.alert.event"].create(
            {"alert_id": alert.id, "company_id": self.company.id, "value": 1, "fired_at": NOW, "cleared_at": NOW}
        )
        hook = env["l10n_cl_ai.webhook"].create(
            {"name": "ERP", "url": "https://hooks.example.com/", "company_id": self.company.id}
        )
        delivery = env["l10n_cl_ai.webhook"]._queue(self.company, "alert.fired", {}) or env[
            "l10n_cl_ai.webhook.delivery"
        ].search([("webhook_id", "=", hook.id)])
        delivery.state = "sent"
        source = env["l10n_cl_ai.sii.source"].search([], limit=1)
        document = env["l10n_cl_ai.sii.document"].create({"name": "x", "source_id": source.id, "identity": "x"})
        notice = env["l10n_cl_ai.sii.notice"]._make(document, self.company)
        notice.state = "applied"
        return {
            "alert_events": (event, "cleared_at"),
            "webhook_deliveries": (delivery, "create_date"),
            "sii_notices": (notice, "create_date"),
            "conversations": (self.conversation(), "last_at"),
            "proposals": (self.queued("l10n_cl_ai.proposal", decision="applied", **record), "finished_at"),
            "proposals_void": (self.queued("l10n_cl_ai.proposal", **record | {"state": "cancelled"}), "finished_at"),
            "chat_proposals": (proposal, "expires_at"),
            "validations": (checks[0], "create_date"),
            "reviews": (reviews[0], "finished_at"),
            "article_imports": (env["l10n_cl_ai.article.import"].create({**imported, "state": "done"}), "create_date"),
            "suggestion_questions": (
                self.queued("l10n_cl_ai.suggestion.question", suggestion_id=suggestion.id), "finished_at",
            ),
            "suggestions": (suggestion, "create_date"),
            "suggestion_runs": (run, "create_date"),
            "batch_items": (env["l10n_cl_ai.batch.item"].create(item), "batch_id.finished_at"),
            "batches": (batch, "finished_at"),
            "privacy_log": (env["l10n_cl_ai.privacy.log"].create(
                {"company_id": self.company.id, "by": self.manager.id, "action": "export"}
            ), "at"),
        }  # fmt: skip

    def test_each_kind_goes_after_its_days_and_not_a_day_before(self):
        rows = self.rows()
        swept = {kind for kind, (_model, kept) in self.retention._kinds().items() if kept.days and not kept.setting}
        self.assertEqual(rows.keys(), swept & rows.keys())
        ours = {kind for kind in swept if self.retention._kinds()[kind][0] in self.own_models()}
        self.assertEqual(ours - rows.keys(), set(), "each kind has its row in this test")
        for kind, (row, field) in rows.items():
            days = self.of(kind).days
            for age, stays in ((days - 1, True), (days + 1, False)):
                with self.subTest(kind=kind, age=age):
                    if "." in field:
                        self.aged(row.batch_id, "finished_at", age)
                    else:
                        self.aged(row, field, age)
                    self.retention._sweep(kind)
                    self.assertEqual(bool(row.exists()), stays)

    def own_models(self):
        return set(self.env["ir.model.data"].search(
            [("module", "=", "l10n_cl_ai"), ("model", "=", "ir.model")]
        ).mapped(lambda data: self.env["ir.model"].browse(data.res_id).model))  # fmt: skip

    def test_what_is_current_stays_however_old(self):
        move = self.invoice()
        check = move._l10n_cl_ai_check()
        review = self.queued("l10n_cl_ai.review", move_id=move.id)
        self.queued("l10n_cl_ai.review", move_id=move.id, state="cancelled")
        waiting = self.queued("l10n_cl_ai.review", move_id=self.invoice().id, state="queued", finished_at=False)
        overridden = self.invoice()._l10n_cl_ai_check()
        overridden.sudo().override_reason = "Acordado con el cliente"
        overridden.move_id._l10n_cl_ai_check()
        self.aged(check | overridden, "create_date", 5000)
        self.aged(review | waiting, "finished_at", 5000)
        self.retention._gc_kept()
        self.assertTrue(check.exists())
        self.assertTrue(overridden.exists(), "a manager's word is kept as long as the document")
        self.assertTrue(review.exists(), "it is the last that was answered")
        self.assertTrue(waiting.exists())

    def test_the_days_of_each_company_count(self):
        self.of("conversations").days = 10
        mine, theirs = self.conversation(), self.conversation(self.other)
        self.aged(mine | theirs, "last_at", 11)
        self.assertEqual(self.retention._sweep("conversations"), (1, False))
        self.assertFalse(mine.exists())
        self.assertTrue(theirs.exists())

    def test_it_goes_bit_by_bit(self):
        rows = self.conversation() | self.conversation() | self.conversation()
        self.aged(rows, "last_at", 500)
        with patch.object(ai_retention, "AT_ONCE", 2):
            self.assertEqual(self.retention._gc_kept(), (2, True))
            self.assertEqual(self.retention._gc_kept(), (1, False))

    def test_one_kind_that_cannot_go_keeps_no_other(self):
        row = self.aged(self.conversation(), "last_at", 500)
        kinds = self.retention._kinds()
        broken = {"a": ("l10n_cl_ai.conversation", Keeping("a", "A", days=1, date="no_such_field")), **kinds}
        given = patch.object(self.registry["l10n_cl_ai.retention"], "_kinds", lambda _self: broken)
        with given, self.assertLogs(LOGGER, "ERROR"):
            self.retention._gc_kept()
        self.assertFalse(row.exists())

    def test_each_declaration_is_sound(self):
        for kind, (name, kept) in self.retention._kinds().items():
            model = self.env[name]
            with self.subTest(kind=kind):
                for path in (kept.date, kept.company, *kept.users, *kept.partners, *kept.texts, *kept.personal,
                             *(kept.record or ())):  # fmt: skip
                    self.assertIn(path.split(".")[0], model._fields)
                if isinstance(kept.ended, str):
                    self.assertTrue(hasattr(model, kept.ended))
                self.assertTrue(kept.erase != "stay" or kept.law, "what stays has a reason")


@freeze_time(NOW)
@tagged("post_install_l10n", "post_install", "-at_install")
class TestSettings(RetentionCase):
    def test_rows_and_oldest_are_shown_of_the_company_only(self):
        old, _new, theirs = self.conversation(), self.conversation(), self.conversation(self.other)
        self.aged(old, "last_at", 30)
        self.aged(theirs, "last_at", 60)
        shown = self.of("conversations")
        self.assertEqual((shown.rows, shown.oldest), (2, fields.Datetime.now() - timedelta(days=30)))

    def test_the_ledgers_days_are_the_companys(self):
        self.of("ledger").days = 120
        self.of("content").days = 7
        self.assertEqual((self.company.l10n_cl_ai_ledger_days, self.company.l10n_cl_ai_content_days), (120, 7))
        self.company.l10n_cl_ai_ledger_days = 130
        self.assertEqual(self.of("ledger").days, 130)

    def test_too_few_days_are_refused(self):
        for kind, days in (("ledger", 61), ("conversations", 0), ("conversations", -1), ("messages", 5)):
            with self.subTest(kind=kind, days=days), self.assertRaises(ValidationError):
                self.of(kind).days = days

    def test_only_system_administrators_set_it_and_managers_see_it(self):
        seen = self.seen_by(self.manager, self.of("conversations"))
        self.assertEqual(seen.days, 400)
        with self.assertRaises(AccessError):
            seen.days = 10
        with self.assertRaises(AccessError):
            self.seen_by(self.user, self.of("conversations")).read(["days"])
        with self.assertRaises(AccessError):
            self.seen_by(self.stranger, self.of("conversations")).read(["days"])

    def test_opening_it_makes_what_is_missing(self):
        self.of("conversations").unlink()
        self.retention.with_user(self.manager).action_open()
        self.assertTrue(self.of("conversations"))


@freeze_time(NOW)
@tagged("post_install_l10n", "post_install", "-at_install")
class TestHold(RetentionCase):
    def old_ledger(self, company):
        self.env.cr.execute("SELECT (now() AT TIME ZONE 'UTC') - interval '500 days'")
        return self.row(asked_at=self.env.cr.fetchone()[0], company_id=company.id, content_sent="x")

    def test_nothing_of_its_company_goes_while_it_stands(self):
        hold = self.hold()
        mine, theirs = self.conversation(), self.conversation(self.other)
        self.aged(mine | theirs, "last_at", 500)
        rows = [self.old_ledger(self.company), self.old_ledger(self.other)]
        request = self.env["l10n_cl_ai.request"]
        for sweep in (self.retention._gc_kept, request._gc_content, request._gc_ledger):
            sweep()
        self.env.invalidate_all()
        self.assertTrue(mine.exists())
        self.assertFalse(theirs.exists())
        self.assertEqual(rows[0].content_sent, "x")
        self.assertFalse(rows[1].exists())
        hold.action_lift()
        for sweep in (self.retention._gc_kept, request._gc_content, request._gc_ledger):
            sweep()
        self.env.invalidate_all()
        self.assertFalse(mine.exists())
        self.assertFalse(rows[0].exists())

    def test_who_set_and_who_lifted_it_is_on_record(self):
        hold = self.hold(set_by=self.user.id, lifted_at=NOW)
        self.assertEqual((hold.set_by, hold.lifted_at), (self.manager, False))
        self.assertTrue(self.of("ledger").held)
        hold.action_lift()
        self.assertEqual(hold.lifted_by, self.manager)
        self.retention.invalidate_model()
        self.assertFalse(self.of("ledger").held)

    def test_nobody_changes_or_deletes_one_nor_sets_it_elsewhere(self):
        hold = self.hold()
        for attempt in (
            lambda: hold.write({"reason": "x"}),
            hold.unlink,
            lambda: self.seen_by(self.user, self.env["l10n_cl_ai.hold"]).create({"reason": "x"}),
            lambda: self.seen_by(self.stranger, hold).action_lift(),
            lambda: self.hold(self.other),
        ):
            with self.assertRaises(AccessError):
                attempt()

    def test_a_conversation_is_not_deleted_by_its_owner_either(self):
        conversation = self.conversation()
        mine = self.seen_by(self.user, conversation).with_company(self.company)
        self.hold()
        with self.assertRaisesRegex(UserError, "legal hold"):
            mine.chat_delete(conversation.uuid)
        self.env["l10n_cl_ai.hold"].search([]).action_lift()
        mine.chat_delete(conversation.uuid)
        self.assertFalse(conversation.exists())
