"""Which project or account a line of a vendor bill belongs to, from the lines booked before (never imports odoo).

``terms`` says what of a line is looked up, ``scoring`` what follows from what was found, ``fitting`` learns how much
each sign counts in this company, ``bands`` says when that is good enough to be proposed, or booked.
"""

from .answer import FEWEST_MEASURED, LONGEST_REASON, NONE, UNMEASURED, Chosen, chosen_by, likelihood
from .bands import BANDS, Band, band_of, lowest_threshold, wilson_lower
from .fitting import Case, calibration, weights
from .label import accounts_of, distribution_of, label_of
from .measuring import Seen, fit
from .model import Fitted
from .prediction import Choice, Prediction, predict
from .question import ASK_SYSTEM, ASK_VERSION, MOST_EARLIER, MOST_OFFERS, Inquiry, Offer, Told, plain, ranked
from .scoring import Candidate, Evidence, Neighbour, Priors, candidates, rarest
from .terms import Line, StoredTerms, Terms, clean, terms_of

__all__ = (
    "ASK_SYSTEM", "ASK_VERSION", "BANDS", "FEWEST_MEASURED", "LONGEST_REASON", "MOST_EARLIER", "MOST_OFFERS", "NONE",
    "UNMEASURED",
    "Band", "Candidate", "Case", "Choice", "Chosen", "Evidence", "Fitted", "Inquiry", "Line", "Neighbour", "Offer",
    "Prediction", "Priors", "Seen", "StoredTerms", "Terms", "Told",
    "accounts_of", "band_of", "calibration", "candidates", "chosen_by", "clean", "distribution_of", "fit", "label_of",
    "likelihood", "lowest_threshold", "plain", "predict", "ranked", "rarest", "terms_of", "weights", "wilson_lower",
)  # fmt: skip
