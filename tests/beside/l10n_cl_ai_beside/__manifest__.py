{
    "name": "AI Chile beside addons of others",
    "summary": "Tests of what happens with OCA's queue_job, Odoo's automation rules and purchases installed",
    "version": "19.0.1.0.0",
    "category": "Hidden/Tests",
    "author": "l10n_cl_ai contributors",
    "license": "LGPL-3",
    "depends": ["l10n_cl_ai", "base_automation", "purchase", "queue_job"],
}
