"""Families of document types, as the SII numbers them (Formato DTE v2.5, IdDoc 2)."""

INVOICES = frozenset({33, 34})
BOLETAS = frozenset({39, 41})
SETTLEMENTS = frozenset({43})
PURCHASES = frozenset({46})
GUIDES = frozenset({52})
NATIONAL_NOTES = frozenset({56, 61})
EXPORTS = frozenset({110, 111, 112})
EXPORT_NOTES = frozenset({111, 112})
NOTES = NATIONAL_NOTES | EXPORT_NOTES
CREDIT_NOTES = frozenset({61, 112})
EXEMPT = frozenset({34, 41})
#: Types whose totals carry TasaIVA and IVA on a net amount.
IVA_TYPES = frozenset({33, 43, 46, 56, 61})
NATIONAL = frozenset({33, 34, 39, 41, 43, 46, 52, 56, 61})
NOT_BOLETA = (NATIONAL | EXPORTS) - BOLETAS
ALL = NATIONAL | EXPORTS
