"""Whom the user talks to: an agent is instructions, tools, topics of the knowledge base, and who may use it."""

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

#: Letters of the instructions: they go with every question.
_LONGEST = 6000


class AiAgent(models.Model):
    _name = "l10n_cl_ai.agent"
    _description = "Agent of the Assistant"
    _order = "sequence, id"

    sequence = fields.Integer(default=100)
    code = fields.Char(required=True, copy=False, help="The name by which addons and the API ask for it.")
    name = fields.Char("Agent", required=True, translate=True)
    description = fields.Char(translate=True, help="One line for who chooses among agents.")
    instructions = fields.Text(
        help="What the agent is for and how it works, in the language in which it is to answer. The rules on sources, "
        "untrusted text and writing stand before them and hold whatever stands here."
    )
    active = fields.Boolean(default=True)
    all_tools = fields.Boolean("All tools", help="Also those that other addons bring.")
    tool_ids = fields.Many2many("l10n_cl_ai.tool", string="Tools")
    group_ids = fields.Many2many("res.groups", string="Only for groups", help="Empty: whoever may use the assistant.")
    company_ids = fields.Many2many(
        "res.company",
        string="Only in companies",
        help="Empty: in every company.",
        # What an addon brings is for all; what a person writes is his company's.
        default=lambda self: False if self.env.su else self.env.company,
    )
    question_ids = fields.One2many("l10n_cl_ai.question", "agent_id", "Suggested questions", copy=True)

    _code_uniq = models.UniqueIndex("(code)", "There is only one agent of each code.")

    @api.constrains("instructions")
    def _check_instructions(self):
        for agent in self:
            if len(agent.instructions or "") > _LONGEST:
                raise ValidationError(self.env._("Instructions have at most %(count)s letters.", count=_LONGEST))

    def write(self, vals):
        done = super().write(vals)
        if "company_ids" in vals:
            # Odoo looks at whose it was; that it may not be given to others is for us to see.
            self.check_access("write")
        return done

    def copy_data(self, default=None):
        own = {"company_ids": self.env.company.ids}
        return [
            {**vals, **own, "code": f"{agent.code}_copy", "name": self.env._("%(name)s (copy)", name=agent.name)}
            for agent, vals in zip(self, super().copy_data(default), strict=True)
        ]

    # -- business --------------------------------------------------------------------------------------

    @api.model
    def _for_user(self):
        """Return the agents that the current user may use in the current company, the first one first."""
        self.env["l10n_cl_ai.tool"]._follow()
        return self.search(self._usable_domain())

    @api.model
    def _usable_domain(self):
        of_user = Domain("group_ids", "=", False) | Domain("group_ids", "in", self.env.user._get_group_ids())
        of_company = Domain("company_ids", "=", False) | Domain("company_ids", "in", self.env.company.ids)
        return of_user & of_company

    @api.model
    def _pick(self, code):
        """Return the agent of a code if the user may use it, else the first he may; none where he may use none."""
        agents = self._for_user()
        return agents.filtered(lambda agent: agent.code == code)[:1] or agents[:1]

    def _tool_names(self):
        """Return the codes of the agent's tools that the user may use, sorted."""
        own = Domain.TRUE if self.all_tools else Domain("id", "in", self.tool_ids.ids)
        # sudo: l10n_cl_ai.tool - which groups a tool is for decides, whoever may read groups
        tools = self.env["l10n_cl_ai.tool"].sudo()
        return sorted(tools.search_fetch(own & tools._usable_domain(), ["code"]).mapped("code"))

    def _instructions(self):
        return (self.instructions or "").strip()

    @api.model
    def _suggested_questions(self, model_name, agents=None):
        """Return the questions for what is on screen, then those for any screen (list of str)."""
        agents = self._for_user() if agents is None else agents
        questions = agents.question_ids
        here = questions.filtered(lambda one: one.res_model and one.res_model == model_name)
        anywhere = questions.filtered(lambda one: not one.res_model)
        return list(dict.fromkeys((here or anywhere).mapped("text")))
