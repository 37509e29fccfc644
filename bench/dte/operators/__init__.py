"""The ways of spoiling, one file per group of rules. Importing this package fills ``case.SPOILS``."""

from . import detail, envelope, export, folio, header, parties, references, totals, writing
