"""The catalogue, one file per group of rules. Importing this package registers them all."""

from . import (  # noqa: F401
    a_envelope,
    b_identification,
    c_parties,
    d_header,
    e_detail,
    f_totals,
    g_references,
    h_export,
    k_crosscheck,
)
