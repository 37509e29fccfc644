"""What a DTE is, and what can be wrong with it. Pure Python: no Odoo, no database, no network."""

from .document import Context, Document, Original
from .engine import check, check_all
from .reader import Unreadable, read
from .rule import RULES, Action, Basis, Finding, Report, Rule, SiiEffect, rule

#: Changes whenever a rule or a table changes its answer; kept with every validation.
RULESET_VERSION = "2026.11.1"

__all__ = [
    "RULES", "RULESET_VERSION", "Action", "Basis", "Context", "Document", "Finding", "Original",
    "Report", "Rule", "SiiEffect", "Unreadable", "check", "check_all", "read", "rule",
]
