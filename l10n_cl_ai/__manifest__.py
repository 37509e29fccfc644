{
    "name": "AI Chile: DTE checked before it is sent",
    "summary": "What the SII would object to in a DTE, before its folio is spent",
    "version": "19.0.1.0.0",
    "category": "Accounting/Localizations",
    "countries": ["cl"],
    "author": "l10n_cl_ai contributors",
    "license": "LGPL-3",
    "depends": ["l10n_cl", "project_account", "account_debit_note"],
    "external_dependencies": {"python": ["anthropic>=2.12,<3", "pydantic", "requests"]},
    "data": [
        "security/l10n_cl_ai_groups.xml",
        "security/ir.model.access.csv",
        "security/l10n_cl_ai_rules.xml",
        "data/ai_rule_data.xml",
    ],
    "application": True,
}
