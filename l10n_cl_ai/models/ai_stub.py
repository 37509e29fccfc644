from odoo import api, fields, models
class Article(models.Model):
    _name="l10n_cl_ai.article"; _description="stub"
    name=fields.Char(); source_url=fields.Char(); source_name=fields.Char()
    @api.model
    def _search_knowledge(self, queries, limit=5, topics=None):
        return []
