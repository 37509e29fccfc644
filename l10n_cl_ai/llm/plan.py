"""What an ask needs beside the question itself: read from records and settings before the first phase."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from .cost import Prices
from .postgres.budget import Limit
from .question import Private, Reason


@dataclass(frozen=True)
class ModelSpec:
    """A model as a feature uses it; what the model does not take is None and is not sent.

    :param name: the provider's id
    :param max_output: most tokens it can answer, None where unknown
    """

    name: str
    effort: str | None = None
    thinking: str | None = None
    max_output: int | None = None


@dataclass(frozen=True)
class Plan:
    """Everything of the three phases that comes from records. It holds no record: phases run without a cursor.

    :param refusal: why nothing may be asked at all (``disabled``, ``no_key``, ``bad_model``)
    :param models: the feature's model, then its escalation model, if any
    :param day: today where the company is: decides price and budget period
    :param limits: budgets this ask must fit into, all of them
    :param per_minute: asks per minute of this user to this feature
    :param ttl: seconds a valid answer serves equal questions; 0 = never cached
    :param scope: whom a cached answer serves beside the company: ``company`` or ``user:7``
    :param deadline: seconds for everything
    :param user_token: opaque mark of the user, for the provider's abuse reports
    :param keep_content: keep what was sent and answered, masked, in the ledger
    """

    company_id: int
    user_id: int
    feature: str
    refusal: Reason | None = None
    refusal_detail: str = ""
    prompt_version: str = ""
    models: Sequence[ModelSpec] = ()
    prices: Prices | None = None
    day: date = date.min
    limits: Sequence[Limit] = ()
    per_minute: int = 20
    ttl: int = 0
    scope: str = "company"
    deadline: float = 30.0
    max_tokens: int = 1024
    max_input_bytes: int = 200_000
    prompt_cache: str | None = None
    key: str = ""
    base_url: str = ""
    user_token: str | None = None
    private: Sequence[Private] = ()
    res_model: str | None = None
    res_id: int | None = None
    keep_content: bool = False

    def __repr__(self) -> str:
        """Without the key: a plan may end up in a traceback."""
        return f"Plan(feature={self.feature!r}, company_id={self.company_id}, user_id={self.user_id})"
