import pytest
from hypothesis import given
from hypothesis import strategies as st

from l10n_cl_ai.sii.page_text import NoText, decoded, read_html, read_plain


def text(markup):
    return read_html(f"<html><body>{markup}</body></html>".encode()).text


@pytest.mark.parametrize(("markup", "expected"), [
    ("<h1>Uno</h1><p>Dos <b>tres</b>\n cuatro</p>", "# Uno\n\nDos tres cuatro"),
    ("<ul><li>a</li><li>b <i>c</i></li></ul>", "- a\n- b c"),
    ("<ul><li>a<ul><li>b</li></ul></li></ul><p>c</p>", "- a\n  - b\n\nc"),
    ("<table><tr><th>N</th><th>Día</th></tr><tr><td>1</td><td>a|b</td></tr></table>",
     "| N | Día |\n| --- | --- |\n| 1 | a\\|b |"),
    ("<table><tr><td><h2>T</h2><table><tr><td>1</td><td>2</td></tr></table></td></tr></table>",
     "## T\n\n| 1 | 2 |\n| --- | --- |"),
    ("<table><tr><td>solo</td></tr></table>", "solo"),
    ("a<br>b<div>c</div>d", "a b\n\nc\n\nd"),
    ("<nav>menú</nav><main>x</main><footer>pie</footer>", "x"),
    ("<script>alert(1)</script><style>p{}</style><p>y</p>", "y"),
    ("<p hidden>no</p><p style='display: none'>no</p><span aria-hidden=true>no</span><p>sí</p>", "sí"),
    ("<p># no es título</p><p>- ni lista</p><p>1. ni número</p><p>| ni tabla</p>",
     "\\# no es título\n\n\\- ni lista\n\n1. ni número\n\n\\| ni tabla"),
    ("<p>&lt;img src=x onerror=alert(1)&gt;</p>", "<img src=x onerror=alert(1)>"),
    ("<p>a\u202eb\u200bc</p>", "ab c"),
    ("<a href='javascript:alert(1)'>enlace</a>", "enlace"),
    ("<p>sin cierre<p>otro", "sin cierre\n\notro"),
])  # fmt: skip
def test_markup(markup, expected):
    assert text(markup) == expected


def test_title_of_the_page_or_its_first_heading():
    assert read_html(b"<title> Un \n t </title><h2>Dos</h2>").title == "Un t"
    assert read_html(b"<h2>Dos</h2>").title == "Dos"


def test_main_without_text_gives_the_rest():
    assert read_html(b"<main></main><p>resto</p>").text == "resto"


@pytest.mark.parametrize(("body", "charset"), [
    ("Año".encode(), ""), ("Año".encode("latin1"), ""), ("Año".encode("latin1"), "iso-8859-1"),
    (b"\xef\xbb\xbf" + "Año".encode(), ""), ("Año".encode(), "us-ascii"), ("Año".encode(), "utf-7"),
    ("Año".encode(), "rot13"),
])  # fmt: skip
def test_charsets(body, charset):
    assert decoded(body, charset) == "Año"


def test_charset_of_the_page_itself():
    body = '<meta charset="iso-8859-1"><p>Año</p>'.encode("latin1")
    assert read_html(body).text == "Año"


@pytest.mark.parametrize("body", [b"", b"  ", b"<html></html>", b"\x00", b"<script>x</script>",
                                  b"<div>" * 5000 + b"x", b"<?xml version='1.0'?>"])  # fmt: skip
def test_no_text(body):
    with pytest.raises(NoText):
        read_html(body)


def test_entities_are_not_followed(tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("SECRETO")
    body = f'<!DOCTYPE html [<!ENTITY x SYSTEM "file://{secret}">]><p>a &x; b</p>'.encode()
    assert "SECRETO" not in read_html(body).text


def test_many_entities_stay_small():
    entities = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))
    assert len(read_html(f"<!DOCTYPE a [{entities}]><p>&a11; x</p>".encode()).text) < 2000


@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(body):
    try:
        found = read_html(body)
    except NoText:
        return
    assert found.text and "\x00" not in found.text


def test_plain_text_stays_as_it_is():
    found = read_plain("# Título\r\n\r\n- uno\x00\n".encode())
    assert (found.title, found.text) == ("Título", "# Título\n\n- uno")
    with pytest.raises(NoText):
        read_plain(b" \n")
