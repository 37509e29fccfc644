{
    "name": "AI Chile: sample of an addon that extends the check",
    "summary": "A rule with its correction and data, a feature of the AI, a queue, an emitter; see docs/extending.md",
    "version": "19.0.1.0.0",
    "category": "Hidden/Tests",
    "author": "l10n_cl_ai contributors",
    "license": "LGPL-3",
    "depends": ["l10n_cl_ai"],
    "data": [
        "security/ir.model.access.csv",
        "security/reminder_rules.xml",
        "data/ai_rule_data.xml",
        "data/ai_feature_data.xml",
        "data/ai_alert_data.xml",
        "data/emitter_data.xml",
    ],
}
