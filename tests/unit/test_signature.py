"""XML Signature, stamp, RSA and certificates, below the rules."""

import base64
import time

import pytest
import signing
from factory import NS, changed, dte
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from l10n_cl_ai import dte as core
from l10n_cl_ai.dte import certificate, rsa, signature, ted
from l10n_cl_ai.dte.types import ALL

KINDS = sorted(ALL)
_LATIN = st.text(st.characters(min_codepoint=32, max_codepoint=255, exclude_categories=("Cc",)), max_size=20)


def written(data: bytes):
    return core.read(data)[0].xml


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("scope", ["own", "xsi", "none"])
def test_a_signature_holds_in_each_scope_it_is_made_in(kind, scope):
    alone = signing.sign(dte(kind), scope=scope)
    assert signature.failure_of(written(alone)) is None
    embedded = signing.written(signing.envelope([signing.signed(signing.stamped(dte(kind)), scope=scope)]))
    assert signature.failure_of(written(embedded)) is None


def test_a_signature_of_the_whole_envelope_holds():
    data = signing.written(signing.envelope([signing.signed(dte(33, 1)), signing.signed(dte(34, 2))]))
    assert signature.failure_of_envelope(written(data)) is None
    for old, new, reason in (
        (b"<NroResol>80", b"<NroResol>81", "digest"),
        (b"#SetDoc", b"#F1T33", "reference"),
    ):
        assert signature.failure_of_envelope(written(data.replace(old, new))).reason == reason
    bare = core.read(data)[0].xml
    bare.envelope.element.remove(bare.envelope.element[1])
    assert signature.failure_of_envelope(bare).reason == "missing"


def test_a_signature_survives_crlf_and_comments():
    data = signing.sign(dte(33))
    assert signature.failure_of(written(data.replace(b"\n", b"\r\n"))) is None
    commented = data.replace(b"<Emisor>", b"<!-- hecho a mano --><Emisor>").replace(
        b"<Folio>1", b"<Folio><!-- x -->1"
    )
    document = core.read(commented)[0]
    assert signature.failure_of(document.xml) is None
    assert document.id.folio == 101


def test_an_instruction_is_part_of_what_is_signed_and_splits_no_text():
    root = dte(33)
    name = next(root.iter(f"{{{NS}}}NmbItem"))
    name.text = "Resma"
    name.append(etree.ProcessingInstruction("x", "y"))
    name[0].tail = " carta"
    document = core.read(signing.sign(root))[0]
    assert document.lines[0].name == "Resma carta"
    assert signature.failure_of(document.xml) is None


@given(text=_LATIN, attribute=st.booleans(), empty=st.booleans(), extra=st.booleans())
def test_the_quick_canonical_form_is_the_slow_one(text, attribute, empty, extra):
    """Whatever a body holds, taking the plain writer's bytes is only done where C14N says the same."""
    root = changed(dte(33), "Detalle[1]/NmbItem", text or "x")
    body = root[0]
    if attribute:
        body[0].set("a", text)
    if empty:
        etree.SubElement(body, f"{{{NS}}}Vacio")
    if extra:
        body[0].set("b", "1")
        etree.SubElement(body, "{urn:otro}x", nsmap={"o": "http://otro"})
    element = core.read(signing.written(root))[0].xml.body
    assert signature._bounded(element, 10**6) == signature.canonical_bytes(element)


def test_the_quick_form_is_used_for_documents_as_they_come():
    body = written(signing.sign(dte(33))).body
    assert signature._is_canonical(etree.tostring(body, with_tail=False, encoding="UTF-8"))


@pytest.mark.parametrize("spoil", ["/>", "<?", "&#", 'a="1" b="2"', 'a="&amp;"'])
def test_the_quick_form_is_refused_where_writers_differ(spoil):
    text = f'<Documento xmlns="{NS}" ID="F1"><a {spoil}>x</a></Documento>'
    assert not signature._is_canonical(text.encode())


def test_a_document_of_huge_size_is_not_canonicalised():
    root = changed(dte(33), "Detalle[1]/NmbItem", "x" * signature.MAX_DOCUMENT)
    assert signature.failure_of(written(signing.sign(root))).reason == "size"


@pytest.mark.parametrize(("depth", "prefixes"), [(200, 1), (12, 5), (3, 20)])
def test_canonicalisation_of_a_hostile_tree_takes_bounded_time(depth, prefixes):
    spaces = "".join(f' xmlns:n{i}="http://n{i}"' for i in range(prefixes))
    deep = "<a>" * depth + "<b/>" * 200_000 + "</a>" * depth
    data = signing.sign(dte(33)).decode("iso-8859-1")
    data = data.replace("<Encabezado>", f"<Otro{spaces}>{deep}</Otro><Encabezado>").encode("iso-8859-1")
    document = written(data)
    started = time.process_time()
    assert signature.failure_of(document).reason == ("digest" if (depth, prefixes) == (12, 5) else "size")
    assert time.process_time() - started < 3


# -- stamp -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_a_stamp_is_read_from_any_scope(kind):
    for data in (
        signing.sign(dte(kind)),
        signing.sign(dte(kind)).replace(f' xmlns="{NS}"'.encode(), b"", 1),
        signing.written(signing.envelope([signing.stamped(dte(kind))])),
    ):
        document = core.read(data)[0]
        key = document.ted.stamp.caf.data.key
        reason = ted.failure_of(document.xml, key.modulus, key.exponent, document.ted.signature)
        assert reason is None


def test_a_stamp_in_utf_8_is_signed_in_latin_1():
    data = signing.sign(dte(33)).decode("iso-8859-1").replace("ISO-8859-1", "UTF-8").encode()
    document = core.read(data)[0]
    assert "Ñuble" in ted.flat(document.xml)
    key = document.ted.stamp.caf.data.key
    assert ted.failure_of(document.xml, key.modulus, key.exponent, document.ted.signature) is None


def test_a_stamp_without_data_is_told():
    assert ted.failure_of(written(signing.written(dte(33))), "AA==", "Aw==", "") == "missing"


# -- RSA -------------------------------------------------------------------------------------------


def public(name: str) -> rsa.Key:
    numbers = signing._key(name).public_key().public_numbers()
    return rsa.Key(numbers.n, numbers.e)


@pytest.mark.parametrize("name", ["caf", "signer", "other"])
def test_both_ways_to_verify_agree(name):
    made, key = signing._rsa(name, b"texto"), public(name)
    assert rsa.verifies(key, made, b"texto")
    assert rsa._verifies_by_arithmetic(key, made, b"texto")
    for bad, text in (
        (made, b"otro"),
        (made[:-1] + b"\0", b"texto"),
        (b"", b"texto"),
        (b"\0" * key.size, b""),
    ):
        assert not rsa.verifies(key, bad, text)
        assert not rsa._verifies_by_arithmetic(key, bad, text)


def test_verification_does_without_openssl_where_it_refuses_sha_1(monkeypatch):
    class Refusing:
        def verify(self, *_arguments):
            raise rsa.UnsupportedAlgorithm("SHA-1")

    monkeypatch.setattr(rsa, "_loaded", lambda key: Refusing())
    made = signing._rsa("signer", b"texto")
    assert rsa.verifies(public("signer"), made, b"texto")
    assert not rsa.verifies(public("signer"), made, b"otro")


def test_padding_is_compared_whole():
    """A forged block with garbage after the digest passes parsers that stop reading (CVE-2006-4339)."""
    key = rsa.Key(public("caf").modulus, 3)
    block = b"\0\1" + b"\xff" * 8 + b"\0" + rsa._SHA1_PREFIX + b"\1" * 20 + b"\0" * 200
    cube = round(int.from_bytes(block[: key.size]) ** (1 / 3)).to_bytes(key.size)
    assert not rsa.verifies(key, cube, b"texto")


@pytest.mark.parametrize(
    ("modulus", "exponent"),
    [(2**511 + 1, 2), (2**511 + 2, 3), (2**500 + 1, 3), (2**8193 + 1, 3), (2**511 + 1, 2**40 + 1), (0, 0)],
)
def test_a_key_that_is_none_is_refused(modulus, exponent):
    texts = (base64.b64encode(n.to_bytes((n.bit_length() + 7) // 8)).decode() for n in (modulus, exponent))
    with pytest.raises(rsa.Unusable):
        rsa.key(*texts)


@pytest.mark.parametrize("text", ["ñ", "a", "====", "AA=A", "A*B="])
def test_text_that_is_no_base64_is_refused(text):
    with pytest.raises(rsa.Unusable):
        rsa.decode(text)


@given(st.binary(max_size=300))
def test_any_bytes_are_a_certificate_or_unusable(data):
    with pytest.raises(rsa.Unusable):
        certificate.read_certificate(base64.b64encode(data).decode())


@given(st.integers(0, 900), st.integers(0, 255))
def test_a_spoiled_certificate_never_crashes(place, value):
    der = bytearray(signing._certificate("signer"))
    der[place % len(der)] = value
    try:
        certificate.read_certificate(base64.b64encode(der).decode())
    except rsa.Unusable as error:
        assert str(error)


def test_a_certificate_says_whose_it_is():
    found = certificate.read_certificate(base64.b64encode(signing._certificate("signer")).decode())
    assert (found.rut, found.valid_from.year, found.valid_until.year) == (signing.SIGNER, 2024, 2029)
    assert found.key == public("signer")
