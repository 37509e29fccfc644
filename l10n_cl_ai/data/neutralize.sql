-- A copy of the database asks nothing at its owner's expense, whatever key its server has.
DELETE FROM l10n_cl_ai_secret;

UPDATE l10n_cl_ai_feature_switch
   SET enabled = false;

-- A key in the environment stays: without an address it goes nowhere.
UPDATE ir_config_parameter
   SET value = ''
 WHERE key = 'l10n_cl_ai.base_url';

-- A copy watches nothing and tells nobody: where the tables are, whatever version made them.
DO $$
DECLARE
    off record;
BEGIN
    FOR off IN
        SELECT c.table_name, c.column_name
          FROM information_schema.columns c
         WHERE c.table_schema = current_schema()
           AND (c.table_name, c.column_name) IN (
               ('l10n_cl_ai_sii_source', 'active'),
               ('l10n_cl_ai_webhook', 'active'),
               ('l10n_cl_ai_alert', 'by_email'),
               ('l10n_cl_ai_alert', 'by_webhook'))
    LOOP
        EXECUTE format('UPDATE %I SET %I = false', off.table_name, off.column_name);
    END LOOP;
END $$;

-- Nobody reads a copy's figures with the original's token.
DELETE FROM ir_config_parameter
 WHERE key = 'l10n_cl_ai.metrics_token';

-- A mass review under way belongs to the database it was sent from: a copy must not fetch its results, nor send it.
UPDATE l10n_cl_ai_batch SET state = 'cancelled', lease_until = NULL
 WHERE state IN ('draft', 'sending', 'submitted', 'collecting');
UPDATE l10n_cl_ai_batch_item SET state = 'done', ticket = NULL;

-- Nobody hears from a copy.
UPDATE l10n_cl_ai_webhook SET active = false, ciphertext = NULL, secret_hint = NULL;
UPDATE l10n_cl_ai_webhook_delivery SET state = 'failed', reason = 'off', lease_until = NULL WHERE state = 'queued';
