"""PDFs of whoever sends them: read within bounds of time and memory, in a process of their own."""

import subprocess
import time
import zlib

import pytest

from l10n_cl_ai.sii.pdf_text import NoPdf, pdf_text

_FONT = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"


def made(contents, packed=True, pages=1):
    """Return a PDF whose pages all have these contents."""
    body = zlib.compress(contents, 9) if packed else contents
    packing = b"/Filter /FlateDecode " if packed else b""
    kids = b" ".join(b"%d 0 R" % (5 + at) for at in range(pages))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [%s] /Count %d >>" % (kids, pages),
        _FONT,
        b"<< %s/Length %d >>\nstream\n%s\nendstream" % (packing, len(body), body),
        *[b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Contents 4 0 R /Resources << /Font << /F 3 0 R >> >> >>"]
        * pages,
    ]
    pdf, places = bytearray(b"%PDF-1.4\n"), []
    for number, one in enumerate(objects, 1):
        places.append(len(pdf))
        pdf += b"%d 0 obj\n%s\nendobj\n" % (number, one)
    start = len(pdf)
    pdf += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    pdf += b"".join(b"%010d 00000 n \n" % place for place in places)
    pdf += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)
    return bytes(pdf)


WORDS = b"BT /F 12 Tf 1 1 Td (Factura 33 folio 77) Tj ET"


@pytest.mark.parametrize("packed", [True, False])
def test_words_are_read(packed):
    assert pdf_text(made(WORDS, packed), 20, 100) == "Factura 33 folio 77"


def test_pages_and_letters_are_bounded():
    assert pdf_text(made(WORDS, pages=5), 3, 1000).count("folio") == 3
    assert pdf_text(made(WORDS, pages=5), 5, 25) == "Factura 33 folio 77\nFactur"
    assert pdf_text(made(WORDS, pages=5), 5, 5) == "Factur"


def test_a_page_without_words_has_none():
    assert pdf_text(made(b""), 20, 100) == ""


@pytest.mark.parametrize("data", [b"", b"%PDF-1.4 nonsense", b"x" * 1000, made(WORDS)[:200]])
def test_what_is_none_is_told_so(data):
    with pytest.raises(NoPdf) as problem:
        pdf_text(data, 20, 100)
    assert not problem.value.too_much


def test_a_few_bytes_that_unpack_to_more_than_there_is_are_refused():
    packer = zlib.compressobj(1)
    bomb = b"".join([*(packer.compress(b" " * 2**24) for _part in range(48)), packer.flush()])
    assert len(bomb) < 5_000_000
    data = made(WORDS).replace(zlib.compress(WORDS, 9), bomb)
    data = data.replace(b"/Length %d" % len(zlib.compress(WORDS, 9)), b"/Length %d" % len(bomb))
    with pytest.raises(NoPdf) as problem:
        pdf_text(data, 20, 100)
    assert problem.value.too_much


def test_what_keeps_its_reader_busy_is_ended():
    slow = made(b"q Q " * 2_000_000)
    began = time.process_time()
    with pytest.raises(NoPdf) as problem:
        pdf_text(slow, 20, 100, seconds=2)
    assert problem.value.too_much
    assert time.process_time() - began < 1


def test_its_reader_knows_none_of_the_servers_keys(monkeypatch):
    monkeypatch.setenv("ANTHROPIC_API_KEY", "sk-secret")
    monkeypatch.setenv("PGPASSWORD", "secret")
    given, run = [], subprocess.run
    monkeypatch.setattr(subprocess, "run", lambda *args, **more: given.append(more["env"]) or run(*args, **more))
    assert "folio 77" in pdf_text(made(WORDS), 1, 100)
    assert given[0]["PYTHONPATH"]
    assert not {"ANTHROPIC_API_KEY", "PGPASSWORD"} & given[0].keys()
