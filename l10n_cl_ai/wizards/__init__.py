from . import (
    ai_accept_wizard,
    ai_answer_mixin,
    ai_batch_wizard,
    ai_check_wizard,
    ai_connection_line,
    ai_connection_wizard,
    ai_fix_wizard,
    ai_outcome_wizard,
    ai_override_wizard,
    ai_response_wizard,
    ai_try_wizard,
    ai_xml_wizard,
)
