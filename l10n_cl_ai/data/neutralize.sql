-- A copy of the database asks nothing at its owner's expense, whatever key its server has.
DELETE FROM l10n_cl_ai_secret;

UPDATE l10n_cl_ai_feature_switch
   SET enabled = false;

-- A key in the environment stays: without an address it goes nowhere.
UPDATE ir_config_parameter
   SET value = ''
 WHERE key = 'l10n_cl_ai.base_url';
