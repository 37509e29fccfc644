"""The catalogue, one file per group of rules. Importing this package registers them all."""

from . import (  # noqa: F401
    a_envelope,
    b_identification,
    c_contents,
    c_parties,
    d_header,
    d_transport,
    e_detail,
    f_special,
    f_taxes,
    f_totals,
    g_notes,
    g_references,
    g_trade,
    h_export,
    k_crosscheck,
)
