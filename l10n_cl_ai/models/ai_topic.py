"""What articles of the knowledge base are about."""

from odoo import fields, models


class AiTopic(models.Model):
    _name = "l10n_cl_ai.topic"
    _description = "Topic of Knowledge"
    _order = "name, id"

    code = fields.Char(required=True, copy=False, help="The name by which addons and agents ask for it.")
    name = fields.Char("Topic", required=True, translate=True)

    _code_uniq = models.UniqueIndex("(code)", "There is only one topic of each code.")


class AiAgent(models.Model):
    _inherit = "l10n_cl_ai.agent"

    topic_ids = fields.Many2many(
        "l10n_cl_ai.topic", string="Topics", help="Articles it looks in. Empty: all; articles without topic always."
    )
