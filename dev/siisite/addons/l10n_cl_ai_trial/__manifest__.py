{
    "name": "AI Chile: a site like the SII's on this machine",
    "summary": "Loaded server-wide by make demo and tests, never installed",
    "version": "19.0.1.0.0",
    "author": "l10n_cl_ai contributors",
    "license": "LGPL-3",
    "depends": ["base"],
    "installable": False,
}
