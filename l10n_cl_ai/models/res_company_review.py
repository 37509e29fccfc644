from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    l10n_cl_ai_review_on_post = fields.Boolean(
        "Review with AI after posting",
        help="A document that was posted is put into the queue; posting itself does not wait, nor fail for it.",
    )
    l10n_cl_ai_require_look = fields.Boolean(
        "No posting before a manager looks at warnings of the AI",
        help="A document about which the AI has warned is not posted before a manager of AI Chile has looked at it. "
        "Without an answer of the AI nothing is held up.",
    )
    l10n_cl_ai_review_activity = fields.Boolean(
        "Activity for warnings of the AI",
        default=True,
        help="Who answers for the document is called when the AI warns about it.",
    )
