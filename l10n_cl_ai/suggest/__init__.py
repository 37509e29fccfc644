"""Which project or account a line of a vendor bill belongs to, from the lines booked before (never imports odoo).

``terms`` says what of a line is looked up, ``scoring`` what follows from what was found, ``fitting`` learns how much
each sign counts in this company, ``bands`` says when that is good enough to be proposed, or booked.
"""

from .bands import BANDS, Band, band_of, lowest_threshold, wilson_lower
from .fitting import Case, calibration, weights
from .label import accounts_of, distribution_of, label_of
from .measuring import Seen, fit
from .model import Fitted
from .prediction import Choice, Prediction, predict
from .scoring import Candidate, Evidence, Neighbour, Priors, candidates, rarest
from .terms import Line, StoredTerms, Terms, clean, terms_of

__all__ = (
    "BANDS", "Band", "Candidate", "Case", "Choice", "Evidence", "Fitted", "Line", "Neighbour", "Prediction", "Priors",
    "Seen", "StoredTerms", "Terms", "accounts_of", "band_of", "calibration", "candidates", "clean", "distribution_of",
    "fit", "label_of", "lowest_threshold", "predict", "rarest", "terms_of", "weights", "wilson_lower",
)  # fmt: skip
