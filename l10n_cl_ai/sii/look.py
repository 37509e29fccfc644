"""One look at a source's page: its rows, what changed, and whether to believe it. No look ever raises for what a page
is like; it says why it is not believed."""

import hashlib
from collections.abc import Mapping as Map
from dataclasses import dataclass, field, replace

from .block import plain, tree_of
from .changes import Changes, compare, doubt, fingerprint, is_error_page
from .fetch import Page
from .mapping import Mapping, Unmapped
from .page_text import NoText
from .row import Row, canonical


@dataclass(frozen=True)
class Look:
    """:param doubt: why it is not believed, in a word; empty where it is
    :param whole: whether the page ends as a page does
    :param seen: fingerprint of its rows: what is doubted is believed once it was seen often enough
    :param why: in a word, where it can't be read as the source was set, or has no text
    """

    rows: tuple[Row, ...] = ()
    changes: Changes = field(default_factory=Changes)
    doubt: str = ""
    whole: bool = True
    seen: str = ""
    why: str = ""


@dataclass(frozen=True)
class Known:
    """A page as it was when it was last believed.

    :param url: where it was; :param digest: of its bytes; :param seen: fingerprint of its rows
    """

    mapping: Mapping
    url: str
    digest: str
    seen: str
    whole: bool

    def same(self, page: Page) -> "Known | None":
        """Return what is known of a page now, where its rows are those that they were; None where they are not, or
        where it is not to be believed at sight."""
        if page.status == 304:
            return self
        now = digest(page.body)
        if now == self.digest and page.url == self.url:
            return self
        if not self.seen or canonical(page.url) != canonical(self.url):
            return None
        seen = look(self.mapping, page.body, page.url, page.charset, None, self.whole)
        is_same = seen.seen == self.seen and not seen.doubt
        return replace(self, digest=now, whole=seen.whole) if is_same else None


def digest(body: bytes) -> str:
    """Return what a page's bytes are known by."""
    return hashlib.sha256(body).hexdigest()


def look(
    mapping: Mapping, body: bytes, url: str, charset: str, known: Map[str, str] | None, whole: bool = True
) -> Look:
    """Return what is to be seen on a page.

    :param known: {identity: digest} of this page's rows as they were; None at the first look, when nothing is new
    :param whole: whether the page was whole when it was last believed
    """
    try:
        rows = tuple(mapping.rows(body, url, charset))
        headings = _headings(body, charset)
    except Unmapped as problem:
        return Look(doubt=_error(body, charset) or problem.reason, why=problem.why)
    except NoText as problem:
        return Look(doubt="no_text", why=problem.reason)
    ends = _ends(body)
    changes = compare(known, rows) if known is not None else Changes()
    why = doubt(changes, len(known or ()), len(rows))
    if is_error_page(headings):
        why = "error_page"
    elif not why and whole and not ends and (changes or known is None):
        why = "cut"
    return Look(rows, changes, why, ends, fingerprint(rows))


def _error(body: bytes, charset: str) -> str:
    """Return the doubt about an error page, which need not fit what was set; empty where it is none."""
    try:
        return "error_page" if is_error_page(_headings(body, charset)) else ""
    except NoText:
        return ""


def _headings(body: bytes, charset: str) -> list[str]:
    return [plain(element.text_content()) for element in tree_of(body, charset).iter("title", "h1")]


def _ends(body: bytes) -> bool:
    """Whether a page that says where it begins says where it ends."""
    low = body.lower()
    return b"<html" not in low or b"</html" in low
