"""Group A: the signature of a document, of its envelope, and the certificate."""

import pytest
import signing
from factory import NS, changed, document, dte
from test_rules_a import check, envelope, group

from l10n_cl_ai import dte as core
from l10n_cl_ai.dte.types import ALL

KINDS = sorted(ALL)


@pytest.mark.parametrize("kind", KINDS)
def test_a09_sees_a_change_after_signing(kind):
    data = signing.sign(dte(kind))
    changed_data = data.replace(b"Chill\xe1n</DirOrigen>", b"").replace(
        b"Av. Libertad 1234", b"Av. Libertad 1235"
    )
    (finding,) = check(changed_data, "A09")
    assert (finding.sii_effect, finding.likely_sii_code) == ("reject", "DTE-3-505")
    assert not check(data, "A09")


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda s: s.getparent().remove(s), "not signed"),
        (lambda s: s[0][2].set("URI", "#F9T33"), "F9T33"),
        (lambda s: s[0][1].set("Algorithm", "urn:md5"), "urn:md5"),
        (lambda s: s[0][2][0][0].set("Algorithm", "urn:xslt"), "urn:xslt"),
        (lambda s: setattr(s[0][2][2], "text", "AAAA"), "digest"),
        (lambda s: setattr(s[1], "text", "AAAA"), "key that it names"),
        (lambda s: setattr(s[1], "text", "not base64!"), "cannot be read"),
        (lambda s: setattr(s[2][0][0][0], "text", "AAAA"), "cannot be read"),
        (lambda s: s[2].remove(s[2][0]), "Modulus"),
        (lambda s: s.remove(s[0]), "SignedInfo"),
        (lambda s: s.insert(0, s[2]), "SignedInfo"),
    ],
)
def test_a09_says_what_is_wrong_with_a_signature(spoil, words):
    root = signing.signed(signing.stamped(dte(33)))
    spoil(root.find(f"{{{signing.DSIG}}}Signature"))
    (finding,) = check(signing.written(root), "A09")
    assert words in str(finding.message)
    assert finding.path == "Signature"


def test_a09_and_a10_do_not_judge_a_draft():
    report = core.check(document(dte(33)))
    assert report.not_evaluated["A09"] == report.not_evaluated["A10"] == "Signature"
    (finding,) = check(signing.written(signing.envelope([dte(33)])), "A09")
    assert "not signed" in str(finding.message)


def test_a09_reads_the_signature_of_the_envelope():
    data = signing.written(envelope(33, 34))
    (finding,) = check(data.replace(b"<NroResol>80", b"<NroResol>81"), "A09")
    assert (finding.path, finding.action) == ("EnvioDTE/Signature", "block")
    assert not check(data, "A09")


def test_a10_wants_a_certificate_that_was_good():
    late = changed(dte(33), "TmstFirma", "2029-01-01T10:00:00")
    (expired,) = check(signing.sign(late), "A10")
    assert "expired" in str(expired.message)
    early = changed(dte(33), "TmstFirma", "2023-12-31T10:00:00")
    (unborn,) = check(signing.sign(early), "A10")
    assert "before its certificate" in str(unborn.message)


@pytest.mark.parametrize("text", ["abc", "AAAA", "", "ñ"])
def test_a10_wants_a_certificate_that_can_be_read(text):
    root = signing.signed(signing.stamped(dte(33)))
    next(root.iter(f"{{{signing.DSIG}}}X509Certificate")).text = text
    (finding,) = check(signing.written(root), "A10")
    assert "cannot be read" in str(finding.message)


def test_a10_wants_the_certificate_of_the_key_and_an_allowed_holder():
    (finding,) = check(signing.sign(dte(33), key="signer", certificate="other"), "A10")
    assert "another key" in str(finding.message)
    data = signing.sign(dte(33))
    (finding,) = check(data, "A10", signers={"9999999-3"})
    assert finding.found == signing.SIGNER
    assert not check(data, "A10", signers={signing.SIGNER})


def test_namespace_free_documents_of_suppliers_are_right():
    data = signing.sign(dte(33), scope="own").replace(f' xmlns="{NS}"'.encode(), b"", 1)
    assert b"SiiDte" not in data
    assert group(check(data)) == []
    assert group(check(signing.sign(dte(33), scope="none"))) == []
