"""The assistant reads what is selected on screen, and the list's filter: what was accepted before does not say so."""

from odoo import SUPERUSER_ID, api
from odoo.addons.l10n_cl_ai.upgrade import renew_feature


def migrate(cr, version):
    # The list of fields is as it was.
    renew_feature(api.Environment(cr, SUPERUSER_ID, {}), "feature_chat", None)
