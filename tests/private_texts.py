"""What people write that is private, and a reader that finds it: for the tests of masking."""

import re
import string

from hypothesis import strategies as st
from stdnum.cl import rut as stdnum_rut

from l10n_cl_ai.llm.privacy import Masker
from l10n_cl_ai.llm.question import Private

NAMES = (
    Private("name", "Comercial Ñuble Limitada"),
    Private("name", "José Peña Soto"),
    Private("name", "Falabella S.A."),
    Private("name", "Sol"),
    Private("address", "Av. Libertad N° 1234, Depto. 5"),
)


def masked(text, private=()):
    return Masker(private).mask(text)


# -- an independent reader of private things: it shares nothing with the masker ------------------------------

RAW_RUT = re.compile(r"(?<![0-9A-Za-z])[0-9]{1,2}\.?[0-9]{3}\.?[0-9]{3} ?[-‐–−] ?[0-9Kk](?![0-9A-Za-z])")
RAW_EMAIL = re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+")
RAW_PHONE = re.compile(
    r"(?:\+ ?56|\b56)[ .-]?\(?[2-9][0-9]?\)?[ .-]?[0-9]{3,4}[ .-]?[0-9]{3,4}|\b9[ .-]?[0-9]{4}[ .-]?[0-9]{4}\b"
)


def raw(text):
    """Return the RUTs, e-mails and phones that can be read in a text."""
    ruts = [found for found in RAW_RUT.findall(text) if stdnum_rut.is_valid(re.sub(r"[ .‐–−-]", "", found))]
    return ruts + RAW_EMAIL.findall(text) + RAW_PHONE.findall(text)


# -- what people write ---------------------------------------------------------------------------------------

bodies = st.integers(1_000_000, 99_999_999)
subscribers = st.integers(10_000_000, 99_999_999).map(str)


@st.composite
def ruts(draw):
    body = draw(bodies)
    digit = stdnum_rut.calc_check_digit(str(body))
    body = draw(st.sampled_from((str(body), f"{body:,}".replace(",", "."))))
    hyphen = draw(st.sampled_from(("-", "-", "‐", "–", " - ", "−")))
    return body + hyphen + draw(st.sampled_from((digit, digit.lower())))


phones = st.tuples(
    st.sampled_from(("+56 9 {} {}", "+569{}{}", "56 9 {} {}", "569{}{}", "9 {} {}", "9{}{}", "9-{}-{}", "(9) {} {}",
                     "+56-2-{}-{}", "+56 (2) {} {}", "+56 45 2{}{}", "9{} {}", "fono: 2{}{}", "Tel. 2 {} {}",
                     "(2) {} {}", "celular {}{}")),
    subscribers,
).map(lambda pair: pair[0].format(pair[1][:4], pair[1][4:]))  # fmt: skip
words = st.text(string.ascii_lowercase + "ñáé", min_size=1, max_size=9)
emails = st.builds("{}.{}@{}.{}".format, words, words, st.from_regex(r"[a-z][a-z0-9-]{0,9}", fullmatch=True),
                   st.sampled_from(("cl", "com", "gob.cl")))  # fmt: skip
private = st.one_of(ruts(), phones, emails)
sentences = st.lists(st.one_of(private, words.map(lambda word: f"palabra {word}")), min_size=1, max_size=12)
glue = st.sampled_from((", ", "; ", "\n", " y ", " / "))
