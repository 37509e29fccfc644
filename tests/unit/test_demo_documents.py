"""The suppliers' documents of the demo are what their maker makes, and wrong only where they should be."""

import datetime

import demo_documents
import pytest

from l10n_cl_ai import dte

FOUND = {"papelera_33_48211.xml": set(), "imprenta_33_7703.xml": set(), "imprenta_61_512.xml": {"G07"}}


@pytest.mark.parametrize("name", sorted(FOUND))
def test_the_committed_file_is_the_made_one(name):
    assert (demo_documents.FOLDER / name).read_bytes() == demo_documents.documents()[name]


@pytest.mark.parametrize(("name", "expected"), sorted(FOUND.items()))
def test_rules_find_what_the_demo_shows(name, expected):
    context = dte.Context(today=datetime.date(2026, 11, 22), role="receiver", company_rut="76192083-9")
    (document,) = dte.read(demo_documents.documents()[name], context)
    assert {finding.rule for finding in dte.check(document).findings} == expected
