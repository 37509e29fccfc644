"""The 42 ways of spoiling by which the floor, XSD alone, was first measured: 16 found, 26 missed.

Kept as a list of operators, so that a way that loses its operator is noticed.
"""

#: Ways that the schema found then.
BY_SCHEMA = (
    "receiver_rut_with_dots", "no_acteco", "no_issuer_giro", "no_total", "reference_without_date",
    "receiver_giro_too_long", "receiver_name_too_long", "item_name_too_long", "total_with_decimals",
    "total_with_separators", "day_before_month", "sixty_one_lines", "code_nine",
    "reference_type_of_four_characters", "unknown_type", "exempt_code_seven",
)
#: Ways that it missed.
PAST_SCHEMA = (
    "receiver_check_digit", "no_receiver_GiroRecep", "no_receiver_DirRecep", "no_receiver_CmnaRecep",
    "no_issuer_comuna", "no_issuer_address", "empty_item_name", "emoji_in_item_name", "iva_one_more",
    "iva_thousand_more", "total_one_more", "rate_eighteen", "no_rate", "no_iva", "amount_of_line_hundred_more",
    "dated_in_2049", "dated_in_2001", "due_before_issue", "folio_outside_its_caf", "stamp_with_another_MNT",
    "note_without_code", "note_without_reference", "unknown_reference_type", "text_correction_with_amounts",
    "exempt_invoice_with_iva", "invented_receiver_comuna",
)
