"""Has the watch read a site on this machine in place of the SII's: loaded server-wide (``--load``) beside the addon.

It is no part of the addon: nothing in a database, a setting or the addon itself can aim the watch elsewhere.
"""

import contextlib
import os
import sys
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[3]))

import siisite

from odoo.addons.l10n_cl_ai.models import ai_sii_round

_aimed = contextlib.ExitStack()
_aimed.enter_context(
    siisite.aimed(
        ai_sii_round, port=int(os.environ["SIISITE_PORT"]), certificate=Path(os.environ["SIISITE_CERTIFICATE"])
    )
)
