"""What batches need of the gateway.

Functions, and not methods of a model: the expressions that users write call any method of a model, and an engine, a
plan and an access hold the key.
"""

from uuid import UUID

from ..llm.batch import Batches, Posed
from ..llm.batch_transport import Access
from ..llm.question import Reason
from ..llm.transport import prepare
from . import ai_gateway
from .ai_secret_reading import access


def batches(env) -> Batches:
    """Return the engine of batches over the stores that all asks share."""
    return Batches(ai_gateway._engine(env).stores)


def posed(env, asks, tokens) -> list[Posed]:
    """Return questions with their plans, in the name of the user of ``env`` and for its current company."""
    return [Posed(ask, ai_gateway._plan(env, ask), UUID(token)) for ask, token in zip(asks, tokens, strict=True)]


def reach(env) -> tuple[Access | None, Reason | None]:
    """Return the key of the current company with the address it may be sent to, or why there is none."""
    found = access(env, env.company)
    if found.reason:
        return None, found.reason
    prepare()  # loads the SDK, a second that is not the request's
    return Access(found.key, found.base_url), None


def release(env):
    """End the transaction before the network is used, as every ask does.

    :raises TransactionOpen: it has written
    """
    gateway = env["l10n_cl_ai.gateway"]
    gateway._check_transaction()
    gateway._release_transaction()


def reached(batch):
    """Return (engine, key and address of a batch's company, why there is none); nothing may be written yet, for the
    transaction ends here."""
    env = batch.env["l10n_cl_ai.queued"]._env_of(batch.company_id.id, batch.user_id)
    found, reason = reach(env)
    engine = batches(env)
    release(env)
    return engine, found, reason
