from . import ai_check_wizard, ai_override_wizard, ai_schema_wizard, ai_xml_wizard
