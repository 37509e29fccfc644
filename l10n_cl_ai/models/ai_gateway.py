import hashlib
import hmac
import logging
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import SQL, LazyTranslate, config

from ..llm.gateway import Gateway
from ..llm.plan import Plan
from ..llm.question import Answer, Ask, Reason, Status
from ..llm.transport import Deadline, ModelsAnswer
from . import side_door
from .ai_secret_reading import access, redis_url
from .record_names import private_names

_logger = logging.getLogger(__name__)
_lt = LazyTranslate(__name__)

#: Seconds kept of Odoo's own limit on a request, to settle and answer.
_RESERVE = 5.0

# Why nothing was evaluated, and what to do about it.
_MESSAGES = {
    Reason.DISABLED: _lt(
        "Artificial intelligence is switched off for this company. A manager can switch the feature on in Settings, "
        "after accepting what is sent."
    ),
    Reason.NO_KEY: _lt(
        "There is no API key that can be used. An administrator can set it in Settings, Artificial intelligence."
    ),
    Reason.RATE_LIMITED: _lt("Too many questions in a minute. Wait a moment and ask again."),
    Reason.OVER_BUDGET: _lt(
        "The budget for artificial intelligence is used up. It renews with the next day or month; a manager can raise "
        "it in Budgets."
    ),
    Reason.BREAKER_OPEN: _lt(
        "The provider has failed several times and is being given a pause. Ask again in a minute."
    ),
    Reason.DEADLINE: _lt("No answer came in time. Try again later; nothing else was affected."),
    Reason.OVERLOADED: _lt(
        "There is too much work now, at the provider or here. Try again in a few minutes."
    ),
    Reason.REFUSED: _lt("The model declined to answer this question. Review the document yourself."),
    Reason.TRUNCATED: _lt(
        "The answer was cut off before it was complete, so it was not used. Ask for less in one question."
    ),
    Reason.INVALID_ANSWER: _lt("The answer was not as it has to be, so it was not used. Try again."),
    Reason.TOO_LARGE: _lt("There is too much text for one question. Divide it."),
    Reason.AUTH: _lt(
        "The provider does not accept the API key, or its account has no credit. An administrator has to review it in "
        "Settings: Test the connection."
    ),
    Reason.BAD_MODEL: _lt(
        "The model cannot be used: it is unknown to the provider, retired, or has no price. A manager has to review "
        "the feature's model."
    ),
    Reason.UNREACHABLE: _lt("The provider could not be reached. Everything else works; try again later."),
}


class TransactionOpen(RuntimeError):
    """Asked from inside a transaction that has written: it would stay open, its rows locked, during the call."""


def _safely(ask: Callable[[], Answer]) -> Answer:
    try:
        return ask()
    except Exception:
        _logger.exception("a question could not be asked, or its answer not read")
        return Answer(Status.NOT_EVALUATED, Reason.INVALID_ANSWER, detail="an error of ours, see the log")


class AiGateway(models.AbstractModel):
    """The one door to Claude. What calls it holds no transaction open: buttons that write, computes and posting
    queue their question instead."""

    _name = "l10n_cl_ai.gateway"
    _description = "Gateway to artificial intelligence"

    @api.private
    def ask(self, ask: Ask) -> Answer:
        """Ask one question in the user's name and for the current company; wait at most until its deadline.

        Ask first and write afterwards: the current transaction is ended, also inside a savepoint.

        :return: never an exception for what the provider or the network does: see ``Answer.reason``
        :raises TransactionOpen: when the current transaction has written
        """
        return prepare(self.env, ask)()

    @api.private
    def ask_all(self, asks: Sequence[Ask], workers: int = 8) -> list[Answer]:
        """Ask several questions side by side, as a cron does. Their ``parse`` runs in threads, without ``env``.

        A feature that fails to read one answer loses that one only: it is logged, and *not evaluated*.

        :raises TransactionOpen: when the current transaction has written
        """
        prepared = _prepared(self.env, asks)
        with ThreadPoolExecutor(max_workers=workers, thread_name_prefix="l10n_cl_ai") as pool:
            return list(pool.map(_safely, prepared))

    # --- the three phases' needs ----------------------------------------------------------------------------------

    def _door(self):
        """Return the side door to this database: single statements that stand whatever becomes of ours."""
        return side_door.door(self.env.cr.dbname)

    def _check_transaction(self):
        """Refuse to ask where something was written: that must be committed, or not, by who wrote it.

        :raises TransactionOpen: it was
        """
        cr = self.env.cr
        self.env.flush_all()
        written = self.env.execute_query(SQL("SELECT pg_current_xact_id_if_assigned()"))[0][0] is not None
        # What waits for the commit (a notification, the wake-up of a cron) would be lost as well.
        if written or cr.precommit._funcs or cr.postcommit._funcs:
            raise TransactionOpen(
                "The gateway was asked inside a transaction that has written. Ask first and write afterwards, "
                "or queue the question for a cron."
            )

    def _release_transaction(self):
        """End the read snapshot of the current transaction, so that none is open during the call."""
        self.env.cr.rollback()

    def _bounded(self, seconds: float) -> float:
        """Return a deadline that ends before Odoo ends the worker."""
        limit = config["limit_time_real"]
        return min(seconds, max(1.0, limit - _RESERVE)) if limit > 0 else seconds

    def _user_token(self) -> str:
        """Return a mark of the user that says nothing to others, the same each time."""
        # sudo: ir.config_parameter - the secret signs, and is not shown
        secret = self.env["ir.config_parameter"].sudo().get_param("database.secret", "")
        text = f"l10n_cl_ai:{self.env.uid}"
        return hmac.new(secret.encode(), text.encode(), hashlib.sha256).hexdigest()[:32]

    # --- what screens ask -----------------------------------------------------------------------------------------

    def _reason_message(self, reason: str | None) -> str:
        """Return why nothing was evaluated and what to do, in the user's language."""
        return str(self.env._(_MESSAGES[Reason(reason)])) if reason else ""

    def _models(self) -> ModelsAnswer:
        """Return the models the provider offers to the current company's key."""
        found = access(self.env, self.env.company)
        if found.reason:
            return ModelsAnswer([], found.reason, found.detail)
        engine = _engine(self.env)
        self._check_transaction()
        self._release_transaction()
        return engine.transport.models(found.key, found.base_url, Deadline(15.0))

    def _redis_state(self) -> str:
        """Return ``off`` (none configured), ``up`` or ``down``."""
        limiter = _engine(self.env).stores.limiter
        return "off" if not hasattr(limiter, "reachable") else "up" if limiter.reachable() else "down"


# Functions, and not methods: the expressions that users write (mail templates, server actions) call any method of a
# model, and a plan, an engine, and what is prepared with them hold the key.


def prepare(env: api.Environment, ask: Ask) -> Callable[[], Answer]:
    """Return what asks this question later, without ``env`` and from any thread: a stream, a pool.

    :param env: the user's, whose current company asks
    :raises TransactionOpen: when the current transaction has written
    """
    return _prepared(env, [ask])[0]


def door(env: api.Environment, feature: str) -> Callable[[Ask], Answer]:
    """Return what asks one question of a feature later, as things stand now; from any thread, without ``env``.

    For who reads this at the end of a transaction that writes: it must be over before the question is asked.
    """
    return partial(_through, _engine(env), _plan(env, Ask(feature)))


def _through(engine: Gateway, plan: Plan, ask: Ask) -> Answer:
    return engine.ask(ask, plan)


def _prepared(env: api.Environment, asks: Sequence[Ask]) -> list[Callable[[], Answer]]:
    gateway = env["l10n_cl_ai.gateway"]
    gateway._check_transaction()
    plans = [_plan(env, ask) for ask in asks]
    engine = _engine(env)
    gateway._release_transaction()
    return [partial(engine.ask, ask, plan) for ask, plan in zip(asks, plans, strict=True)]


def _plan(env: api.Environment, ask: Ask) -> Plan:
    """Read everything the phases need from the records, with the user's company deciding."""
    if not isinstance(ask, Ask):
        raise TypeError("The gateway is asked with an Ask.")
    company = env.company
    feature = env["l10n_cl_ai.feature"]._settings(ask.feature, company)
    if not feature:
        return Plan(company.id, env.uid, ask.feature, Reason.DISABLED)
    found = access(env, company)
    if found.reason:
        return Plan(company.id, env.uid, ask.feature, found.reason, refusal_detail=found.detail)
    gateway, budgets, record = env["l10n_cl_ai.gateway"], env["l10n_cl_ai.budget"], ask.record
    today = budgets._today(company)
    return Plan(
        company_id=company.id,
        user_id=env.uid,
        feature=ask.feature,
        prompt_version=feature.prompt_version,
        models=feature.models,
        prices=feature.prices,
        day=today,
        limits=budgets._limits(company, env.user, feature, today),
        per_minute=feature.per_minute,
        ttl=feature.ttl,
        scope="company" if feature.cache_scope == "company" else f"user:{env.uid}",
        deadline=gateway._bounded(feature.deadline),
        max_tokens=feature.max_tokens,
        max_input_bytes=feature.max_input_bytes,
        prompt_cache=feature.prompt_cache,
        key=found.key,
        base_url=found.base_url,
        user_token=gateway._user_token(),
        private=private_names(record) if record is not None else (),
        res_model=record._name if record is not None else None,
        res_id=record._origin.id or None if record is not None and len(record) == 1 else None,
        # Alone: a company has a hundred other fields, and who asks waits for none of them.
        keep_content=company.with_context(prefetch_fields=False).l10n_cl_ai_keep_content,
    )


def _engine(env: api.Environment) -> Gateway:
    # sudo: ir.config_parameter - the database's own id, as a prefix of keys
    uuid = env["ir.config_parameter"].sudo().get_param("database.uuid")
    # And its name: a copy made by PostgreSQL has the id of the original, and must not answer from its cache.
    return side_door.gateway(env.cr.dbname, _usable_redis_url(env), f"{uuid}:{env.cr.dbname}")


def _usable_redis_url(env: api.Environment) -> str:
    """Return where Redis is; an address that can't be used is as good as none."""
    try:
        return redis_url(env) or ""
    except UserError as problem:
        _logger.warning("Redis is not used: %s", problem)
        return ""
