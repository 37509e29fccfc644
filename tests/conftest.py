"""Pure tests see the addon's pure packages without Odoo.

`l10n_cl_ai/__init__.py` imports the models, and so Odoo. A stand-in package with the same folder takes its place:
`import l10n_cl_ai.dte` then runs nothing but `l10n_cl_ai/dte/__init__.py`.
"""

import os
import sys
import types
from pathlib import Path

from hypothesis import settings

_ROOT = Path(__file__).resolve().parent.parent

_package = types.ModuleType("l10n_cl_ai")
_package.__path__ = [str(_ROOT / "l10n_cl_ai")]
sys.modules.setdefault("l10n_cl_ai", _package)
# Helpers shared by the tests' folders are imported by their bare names.
sys.path.insert(0, str(_ROOT / "tests"))
# So is the stand-in for the provider of the language model.
sys.path.insert(0, str(_ROOT / "dev"))

# The same examples on every run: a build must not turn red for a case that nobody's change brought. To look for new
# ones: HYPOTHESIS_PROFILE=explore dev/test tests -q
settings.register_profile("same", derandomize=True, deadline=None)
settings.register_profile("explore", max_examples=2000, deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "same"))
