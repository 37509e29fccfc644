"""Models and prices: as the provider lists them, as people change them, and who hears that one ends."""

import datetime
from decimal import Decimal
from unittest.mock import patch

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import freeze_time, tagged
from odoo.tools import convert_file, mute_logger

from ..llm.cost import UnknownPrice, Usage
from ..llm.question import Reason
from ..llm.transport import Deadline, ModelsAnswer, Transport
from ..models import ai_model_lifecycle
from .ai_common import AiCase
from .gateway_common import stand_in

DAY, NOW = datetime.date(2026, 11, 22), "2026-11-22 15:00:00"
MILLION = Usage(input=1_000_000)


@tagged("post_install_l10n", "post_install", "-at_install")
class TestModels(AiCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.models = cls.env["l10n_cl_ai.model"]
        cls.haiku = cls.env.ref("l10n_cl_ai.model_claude_haiku_5_5")
        cls.sonnet = cls.env.ref("l10n_cl_ai.model_claude_sonnet_5_5")
        cls.opus = cls.env.ref("l10n_cl_ai.model_claude_opus_5_5")
        cls.ending = cls.env.ref("l10n_cl_ai.model_claude_sonnet_4_5")
        cls.feature = cls.env.ref("l10n_cl_ai.feature_dte_review")

    def facts(self, model, **changes):
        """Return a model as the provider's list shows it."""
        return {"id": model.name, "lifecycle": "active", "retires_at": None, **changes}

    def price(self, model=None, day="2026-11-22", usd=1.0, **values):
        rates = ("input_usd", "output_usd", "cache_write_5m_usd", "cache_write_1h_usd", "cache_read_usd")
        model = model or self.haiku
        return self.env["l10n_cl_ai.price"].create(
            {"model_id": model.id, "valid_from": day, "source": "test", **dict.fromkeys(rates, usd), **values}
        )

    def cost(self, model, usage=MILLION, day=datetime.date(2026, 11, 22)):
        return self.models._price_book().cost(model.name, usage, day)

    # -- prices --------------------------------------------------------------------------------------

    def test_a_price_is_what_was_written_to_the_last_digit(self):
        self.price(usd=0.100001, prompt_threshold=900_000)
        self.assertEqual(self.cost(self.haiku), Decimal("0.100001"))

    def test_a_new_price_holds_at_once_and_its_end_too(self):
        before = self.cost(self.sonnet)
        price = self.price(self.sonnet, usd=7)
        self.assertEqual(self.cost(self.sonnet), 7)
        self.assertEqual(self.cost(self.sonnet, day=datetime.date(2026, 11, 21)), before)
        price.input_usd = 8
        self.assertEqual(self.cost(self.sonnet), 8)
        price.unlink()
        self.assertEqual(self.cost(self.sonnet), before)

    def test_a_model_without_a_price_is_refused(self):
        model = self.models.create({"name": "claude-new-9", "label": "New"})
        with self.assertRaises(UnknownPrice):
            self.cost(model)
        self.price(model)
        self.assertEqual(self.cost(model), 1)
        model.name = "claude-new-9-1"
        self.assertEqual(self.cost(model), 1)
        model.unlink()
        with self.assertRaises(UnknownPrice):
            self.models._price_book().cost("claude-new-9-1", MILLION, DAY)

    def test_a_price_by_hand_survives_updates(self):
        mine = self.price(self.haiku, usd=3)
        seeded = self.env.ref("l10n_cl_ai.price_sonnet_5_5_20261007")
        seeded.input_usd = 9
        self.haiku.label = "El barato"
        for name in ("ai_model_data.xml", "ai_model_cron.xml"):
            convert_file(self.env, "l10n_cl_ai", f"data/{name}", {}, mode="update")
        self.assertEqual((mine.exists().input_usd, seeded.input_usd, self.haiku.label), (3, 9, "El barato"))

    @mute_logger("odoo.sql_db")
    def test_prices_that_contradict_each_other_are_refused(self):
        self.price()
        for values in ({}, {"prompt_threshold": 5, "output_usd": -1}, {"prompt_threshold": -1}):
            with self.subTest(values), self.assertRaises(IntegrityError), self.env.cr.savepoint():
                self.price(**values)

    def test_managers_read_and_only_system_administrators_write(self):
        """Users see which model a feature asks, but not the prices."""
        price = self.price()
        self.assertEqual(self.haiku.with_user(self.user).label, self.haiku.label)
        with self.assertRaises(AccessError):
            price.with_user(self.user).read()
        for record in (self.haiku, price):
            record.with_user(self.manager).read()
            seen = record.with_user(self.manager)
            changes = (lambda: seen.write({"display_name": "x"}), seen.unlink, lambda: seen.create({}))  # noqa: B023
            for number, change in enumerate(changes):
                with self.subTest(record, number=number), self.assertRaises(AccessError):
                    change()
        price.with_user(self.system).source = "y"
        self.haiku.with_user(self.system).label = "y"

    def test_an_id_that_could_break_out_of_an_address_is_refused(self):
        for name in ("../v1/files", "claude 5", "claude?x", "ñ", ""):
            with self.subTest(name), self.assertRaises(ValidationError):
                self.models.create({"name": name, "label": "x"})

    # -- what a model takes --------------------------------------------------------------------------

    def test_only_what_a_model_takes_is_sent(self):
        bare = self.ending
        for model, effort, sent in (
            (self.haiku, "max", "max"), (self.haiku, "", None), (bare, "high", None),
            (self.env.ref("l10n_cl_ai.model_claude_sonnet_4_6"), "xhigh", "high"),
            (self.env.ref("l10n_cl_ai.model_claude_opus_4_5"), "max", "high"),
        ):  # fmt: skip
            self.assertEqual(model._effort(effort), sent, (model.name, effort))
        for model, thinking, sent in (
            (self.haiku, "disabled", "disabled"), (self.sonnet, "disabled", "between_tools"),
            (self.opus, "disabled", None), (self.haiku, "between_tools", "adaptive"),
            (bare, "adaptive", None), (bare, "disabled", "disabled"), (self.haiku, False, None),
        ):  # fmt: skip
            self.assertEqual(model._thinking(thinking), sent, (model.name, thinking))

    def test_what_a_model_takes_in_words(self):
        self.assertEqual((self.haiku | self.opus | self.ending).mapped("thinking"), ["adaptive", "always", "none"])
        self.assertEqual((self.haiku | self.ending).mapped("effort"), [True, False])

    # -- the provider's list -------------------------------------------------------------------------

    def test_the_list_of_the_stand_in_is_taken_over(self):
        standin = stand_in()
        answer = Transport().models(standin.key, standin.url, Deadline(10.0))
        self.assertFalse(answer.failure)
        facts = {model["id"]: model for model in answer.models}[self.haiku.name]
        self.haiku.write({"thinking_types": "x", "effort_levels": "", "max_output_tokens": 0, "lifecycle": "unknown"})
        gone = self.models._check_lifecycle(answer.models)
        self.assertEqual(self.haiku.lifecycle, "active")
        self.assertEqual(self.haiku.max_output_tokens, facts["max_tokens"])
        self.assertEqual(self.haiku.effort_levels, "low medium high xhigh max")
        self.assertEqual(self.haiku._types(), ["adaptive", "disabled"])
        self.assertEqual(self.ending.retires_on, datetime.date(2026, 11, 30))
        self.assertTrue(self.haiku.checked_at)
        self.assertFalse(gone & (self.haiku | self.sonnet | self.ending))

    def test_a_model_is_found_by_the_dated_id_its_own_is_short_for(self):
        listed = [self.facts(self.haiku, id=f"{self.haiku.name}-20261007", lifecycle="deprecated")]
        count = self.models.search_count([])
        self.assertNotIn(self.haiku, self.models._check_lifecycle(listed))
        self.assertEqual(self.haiku.lifecycle, "deprecated")
        self.assertEqual(self.models.search_count([]), count)

    def test_a_model_off_the_list_is_gone_and_an_empty_list_says_nothing(self):
        self.assertFalse(self.models._check_lifecycle([]))
        self.assertEqual(self.haiku.lifecycle, "active")
        self.ending.retires_on = "2026-01-01"
        gone = self.models._check_lifecycle([self.facts(self.sonnet)])
        self.assertIn(self.haiku, gone)
        self.assertEqual((self.haiku.lifecycle, self.ending.lifecycle), ("unknown", "retired"))

    def test_a_new_model_is_added_without_a_price(self):
        new = {"id": "claude-haiku-6", "display_name": "Claude Haiku 6", "lifecycle": "active", "max_tokens": 64000}
        self.models._check_lifecycle([new, {"id": "claude-1", "lifecycle": "retired"}])
        model = self.models.search([("name", "=", "claude-haiku-6")])
        self.assertEqual((model.label, model.max_output_tokens), ("Claude Haiku 6", 64000))
        self.assertFalse(model.price_ids)
        self.assertFalse(self.models.search([("name", "=", "claude-1")]))

    def test_what_makes_no_sense_in_a_list_is_left_out_and_logged(self):
        known = self.haiku.read(["label", "max_output_tokens", "retires_on", "effort_levels", "thinking_types"])
        for said in (
            {"max_tokens": -100_000}, {"max_tokens": 1}, {"max_tokens": 10**12}, {"max_tokens": "abc"},
            {"retires_at": 5}, {"retires_at": "2026-99-99"}, {"lifecycle": []}, {"capabilities": [1]},
            {"capabilities": {"effort": {"low": 1}, "thinking": {"types": [1]}}}, {"display_name": {"a": 1}},
        ):  # fmt: skip
            listed = [{"id": self.haiku.name, "lifecycle": "active", **said}]
            with self.subTest(said), self.assertLogs("odoo.addons.l10n_cl_ai.models.ai_model_lifecycle", "WARNING"):
                self.assertNotIn(self.haiku, self.models._check_lifecycle(listed))
                self.env.flush_all()
            self.assertEqual(self.haiku.read(list(known[0])), known)

    def test_what_is_no_model_is_left_out_and_logged(self):
        listed = [None, "claude", {"id": 5}, {"id": "x y<script>"}, {}]
        with self.assertLogs("odoo.addons.l10n_cl_ai.models.ai_model_lifecycle", "WARNING"):
            self.assertFalse(self.models._check_lifecycle(listed))
        self.assertEqual(self.haiku.lifecycle, "active")
        again = {"id": "claude-haiku-6", "display_name": "Claude Haiku 6"}
        with self.assertLogs("odoo.addons.l10n_cl_ai.models.ai_model_lifecycle", "WARNING"):
            self.models._check_lifecycle([*listed, again, again])
        self.assertEqual(self.models.search_count([("name", "=", "claude-haiku-6")]), 1)

    def test_a_flood_of_models_is_cut(self):
        for flood in range(2):
            listed = [{"id": f"flood-{flood}-{number}"} for number in range(400)]
            with self.assertLogs("odoo.addons.l10n_cl_ai.models.ai_model_lifecycle", "WARNING"):
                self.models._check_lifecycle(listed)
            self.assertEqual(self.models.with_context(active_test=False).search_count([]), 300)

    def test_a_list_that_says_little_leaves_what_is_known(self):
        for facts in ({}, {"capabilities": None, "max_tokens": None}, {"retires_at": "soon", "lifecycle": "sleeping"}):
            self.models._check_lifecycle([{"id": self.haiku.name, **facts}])
            self.assertEqual(self.haiku.max_output_tokens, 128_000)
            self.assertEqual(self.haiku._types(), ["adaptive", "disabled"])
        self.assertEqual((self.haiku.lifecycle, self.haiku.retires_on), ("unknown", False))

    # -- warnings ------------------------------------------------------------------------------------

    def check(self, listed=None, failure=None):
        """Run the weekly check with what the provider would answer."""
        listed = [self.facts(model) for model in self.models.search([])] if listed is None else listed
        gateway = self.registry["l10n_cl_ai.gateway"]
        key = lambda records, kind, company: "sk-x" if company == self.company else None  # noqa: E731
        with (
            patch.object(gateway, "_models", lambda records: ModelsAnswer(listed, failure, "")),
            patch.object(ai_model_lifecycle, "secret_value", key),
        ):
            self.models._cron_check_models()

    def use(self, model, escalation=None):
        """Switch a feature that asks a model on in this company."""
        self.feature.write({"model_id": model.id, "escalation_model_id": escalation and escalation.id})
        feature = self.feature.with_user(self.manager).with_company(self.company)
        feature._switch()._accept(feature._digest())
        self.assertTrue(self.feature.with_company(self.company).enabled)

    def told(self, model):
        return model.activity_ids.filtered(lambda activity: activity.user_id == self.manager)

    @freeze_time(NOW)
    def test_who_uses_a_model_that_ends_is_told_once(self):
        self.use(self.haiku, self.ending)
        self.check([self.facts(self.haiku), self.facts(self.ending, retires_at="2026-11-30T00:00:00Z")])
        activity = self.told(self.ending)
        self.assertEqual(len(activity), 1)
        self.assertEqual(activity.date_deadline, datetime.date(2026, 11, 30))
        self.assertIn(self.feature.with_context(lang=self.manager.lang).name, activity.note)
        activity.action_feedback("visto")
        self.check([self.facts(self.haiku), self.facts(self.ending, retires_at="2026-11-30T00:00:00Z")])
        self.assertFalse(self.told(self.ending))
        self.check([self.facts(self.haiku), self.facts(self.ending, retires_at="2026-12-05T00:00:00Z")])
        self.assertEqual(len(self.told(self.ending)), 1)

    @freeze_time(NOW)
    def test_the_warning_comes_sixty_days_ahead(self):
        self.use(self.haiku)
        for days, told in ((61, False), (60, True)):
            day = DAY + datetime.timedelta(days)
            self.check([self.facts(self.haiku, retires_at=f"{day}T00:00:00Z")])
            self.assertEqual(bool(self.told(self.haiku)), told, days)

    @freeze_time(NOW)
    def test_a_model_off_the_list_is_told_of(self):
        self.use(self.haiku)
        for _week in range(2):
            self.check([self.facts(self.sonnet)])
        self.assertEqual(len(self.told(self.haiku)), 1)
        self.assertFalse(self.told(self.sonnet))

    @freeze_time(NOW)
    def test_who_does_not_use_it_is_left_alone(self):
        self.use(self.haiku)
        self.check([self.facts(self.haiku), self.facts(self.ending, retires_at="2026-11-30T00:00:00Z")])
        self.assertFalse(self.told(self.ending))
        self.check([self.facts(self.haiku, retires_at="2026-11-30T00:00:00Z")])
        self.assertFalse(self.haiku.activity_ids.filtered(lambda activity: activity.user_id == self.other_manager))
        self.feature.with_company(self.company).action_disable()
        self.haiku.write({"warned": False})
        self.haiku.activity_ids.unlink()
        self.check([self.facts(self.haiku, retires_at="2026-11-30T00:00:00Z")])
        self.assertFalse(self.told(self.haiku))

    @freeze_time(NOW)
    def test_a_provider_that_does_not_answer_hides_no_date_we_know(self):
        self.use(self.ending)
        with self.assertLogs("odoo.addons.l10n_cl_ai.models.ai_model_lifecycle", "WARNING"):
            self.check([], Reason.UNREACHABLE)
        self.assertEqual(len(self.told(self.ending)), 1)
        self.assertEqual(self.haiku.lifecycle, "active")
