"""Texts for people that a caller can still translate.

``_`` only marks: the pure package knows no language. Odoo's term export reads these marks like its
own, so the Spanish stands in ``i18n/es_CL.po`` and is looked up when a finding is shown.
"""

from collections.abc import Callable, Mapping
from typing import NamedTuple


class Message(NamedTuple):
    """An English template and the values that go into it."""

    template: str
    params: Mapping[str, object]

    def text(self, translate: Callable[[str], str] = str, **extra: object) -> str:
        """Return the text in the language of ``translate`` (English source → wanted language).

        A translation whose placeholders are broken must not hide the finding: the source is used.
        """
        params = {**self.params, **extra}
        try:
            return translate(self.template) % params
        except (KeyError, ValueError, TypeError):
            return self.template % params

    def __str__(self) -> str:
        return self.text()


def _(template: str, **params: object) -> Message:
    return Message(template, params)
