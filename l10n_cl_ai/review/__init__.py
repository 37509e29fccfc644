"""What is asked of the AI about a DTE after the rules have judged it, and what of its answer counts.

Pure Python: no Odoo, no database, no network. The rules decide; what stands here may only add.
"""

from .answer import Remark, ReviewAnswer, reader
from .catalogue import TOPICS, Topic, topics_for
from .history import History, Troubles, Usual
from .picture import Picture, picture_of
from .question import SCHEMA, SYSTEM, VERSION, content
from .told import history_of, private_of, private_of_earlier
from .verdict import Recommendation, Signal, Verdict, judge, signal_of
from .worth import why_ask

__all__ = [
    "SCHEMA", "SYSTEM", "TOPICS", "VERSION", "History", "Picture", "Recommendation", "Remark", "ReviewAnswer",
    "Signal", "Topic", "Troubles", "Usual", "Verdict", "content", "history_of", "judge", "picture_of", "private_of",
    "private_of_earlier", "reader", "signal_of", "topics_for", "why_ask",
]
