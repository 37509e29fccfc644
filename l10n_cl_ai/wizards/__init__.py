from . import ai_check_wizard, ai_fix_wizard, ai_override_wizard, ai_xml_wizard
