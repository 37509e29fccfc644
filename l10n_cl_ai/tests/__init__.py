from . import (
    test_check,
    test_demo,
    test_fixes,
    test_i18n,
    test_l10n_cl_guard,
    test_mapping,
    test_posting,
    test_security,
    test_send,
    test_web,
    test_wizards,
)
