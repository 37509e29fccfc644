from . import ai_evidence, ai_rule, ai_rule_policy, ai_validation, ai_finding, ai_correction
from . import ai_fix, ai_fix_document, ai_fix_target, ai_fix_text
from . import account_move, account_move_document, account_move_xml, account_move_check
from . import account_move_post, account_move_l10n_cl, account_move_send
from . import res_company, res_company_caf, res_config_settings
from . import ai_schema, ai_demo
