"""How ``odoo dte check`` shows what it found: text for people, JSON Lines for programs."""

import json
import os
import shutil
import textwrap
from collections import Counter, defaultdict
from collections.abc import Callable
from typing import TextIO

from .message import Message, _
from .place import LACKS
from .rule import Action, Basis, Finding, Report, SiiEffect

Translate = Callable[[str], str]
#: Longest value shown in text; JSON has it whole.
MAX_SHOWN = 200
_COLOURS = {Action.BLOCK: "31;1", Action.WARN: "33", Action.INFO: "36"}
_ACTIONS = {Action.BLOCK: _("To block"), Action.WARN: _("To look at"), Action.INFO: _("To know")}
_EFFECTS = {
    SiiEffect.REJECT: _("the SII rejects it"),
    SiiEffect.REPARO: _("the SII accepts it with a reparo"),
    SiiEffect.NONE: _("the SII does not object"),
}
_BASES = {
    Basis.LAW: _("our reading of the law"),
    Basis.FIELD: _("reported by users, not official"),
    Basis.INFERRED: _("our inference, not the SII's word"),
}
#: What rules lack, as a terminal can mend it; a path of the document speaks for itself.
_LACKS = LACKS | {
    "cafs": _("the CAF files (--caf)"),
    "internal error": _("a fault of this program; see the messages above"),
    "schema": _("the SII's schemas (--schemas)"),
}


def printable(text: object, limit: int | None = None) -> str:
    """Return a text that can't drive a terminal: control characters of a hostile file are escaped."""
    shown = str(text)
    if limit and len(shown) > limit:
        shown = shown[:limit] + "…"
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in shown)


class JsonLines:
    """One JSON object per document and line."""

    def __init__(self, out: TextIO, translate: Translate):
        self.out, self.translate = out, translate

    def document(self, file: str, index: int, report: Report, shown: list[Finding]) -> None:
        record = {
            "file": file,
            "index": index,
            "type": report.type,
            "folio": report.folio,
            "issuer": report.issuer,
            "findings": [self._finding(finding) for finding in shown],
            "not_evaluated": [
                {"rule": rule, "lacking": lack} for rule, lack in sorted(report.not_evaluated.items())
            ],
        }
        # ASCII: safe in any terminal, encoding and log.
        self.out.write(json.dumps(record, ensure_ascii=True) + "\n")

    def _finding(self, finding: Finding) -> dict:
        return {
            "rule": finding.rule,
            "sii_effect": finding.sii_effect.value,
            "action": finding.action.value,
            "path": finding.path,
            "found": finding.found,
            "expected": finding.expected,
            "message": finding.message.text(self.translate),
            "source": finding.source,
            "basis": finding.basis.value,
            "likely_sii_code": finding.likely_sii_code,
        }

    def end(self, unreadable: int) -> None:
        """JSON has no closing line: every line is a document."""


class Text:
    """One block per document, findings by action, and a line that counts them all."""

    def __init__(self, out: TextIO, translate: Translate):
        self.out, self.translate = out, translate
        terminal = out.isatty()
        self.colours = terminal and "NO_COLOR" not in os.environ and os.environ.get("TERM") != "dumb"
        self.width = max(40, shutil.get_terminal_size().columns) if terminal else 100
        self.worst: Counter[Action | None] = Counter()
        self.lacking: dict[str, Counter[str]] = defaultdict(Counter)

    def document(self, file: str, index: int, report: Report, shown: list[Finding]) -> None:
        self.worst[report.worst] += 1
        for rule, lack in report.not_evaluated.items():
            self.lacking[lack][rule] += 1
        name = printable(file) + (f" [{index}]" if index > 1 else "")
        about = self._say(_(
            "type %(type)s, folio %(folio)s, issuer %(issuer)s",
            type=report.type or "?", folio=report.folio or "?", issuer=printable(report.issuer or "?", 20),
        ))
        self._line(f"{self._painted(name, '1')} · {about}")
        for action in sorted(Action, key=lambda each: -each.weight):
            self._group(action, [f for f in shown if f.action == action])
        if not shown:
            self._wrapped(self._nothing(report), "  ")
        self._line("")

    def _nothing(self, report: Report) -> str:
        if report.findings:
            hidden = len(report.findings)
            return self._say(_("Only findings that --min-action leaves out: %(count)s.", count=hidden))
        return self._say(_(
            "Nothing found by the rules that could be evaluated (%(count)s could not).",
            count=len(report.not_evaluated),
        ))

    def _group(self, action: Action, findings: list[Finding]) -> None:
        if not findings:
            return
        self._line("  " + self._painted(f"{self._say(_ACTIONS[action])} ({len(findings)})", _COLOURS[action]))
        for finding in findings:
            self._finding(finding)

    def _finding(self, finding: Finding) -> None:
        place = f"{finding.rule}  {finding.path}"
        if finding.expected is not None:
            found = printable(finding.found or "—", MAX_SHOWN)
            place += f": {found} → {printable(finding.expected, MAX_SHOWN)}"
        elif finding.found:
            place += f": {printable(finding.found, MAX_SHOWN)}"
        self._wrapped(place, "    ", "         ")
        self._wrapped(printable(finding.message.text(self.translate), 3 * MAX_SHOWN), "         ")
        notes = [self._say(_EFFECTS[finding.sii_effect]), finding.source]
        if finding.basis in _BASES:
            notes.append(self._say(_BASES[finding.basis]))
        if finding.likely_sii_code:
            notes.append(self._say(_("likely code %(code)s", code=finding.likely_sii_code)))
        self._wrapped(" · ".join(notes), "         ", style="2")

    def end(self, unreadable: int) -> None:
        """Say what could not be evaluated, and count the documents."""
        if self.lacking:
            self._line(self._say(_("Not evaluated, for lack of:")))
        for lack, rules in sorted(self.lacking.items()):
            what = self._say(_LACKS[lack]) if lack in _LACKS else lack
            self._wrapped(f"{what}: {', '.join(sorted(rules))}", "  ", "    ", style="2")
        total = sum(self.worst.values())
        blocked, warned = self.worst[Action.BLOCK], self.worst[Action.WARN]
        self._line(self._painted(self._say(_(
            "Documents: %(total)s. To block: %(blocked)s. To look at: %(warned)s. Neither: %(rest)s. "
            "Unreadable files: %(unreadable)s.",
            total=total, blocked=blocked, warned=warned, rest=total - blocked - warned, unreadable=unreadable,
        )), "1"))

    def _say(self, message: Message) -> str:
        return message.text(self.translate)

    def _painted(self, text: str, style: str) -> str:
        return f"\x1b[{style}m{text}\x1b[0m" if self.colours else text

    def _wrapped(self, text: str, indent: str, hanging: str | None = None, style: str | None = None) -> None:
        lines = textwrap.wrap(
            text, self.width, initial_indent=indent, subsequent_indent=indent if hanging is None else hanging,
            break_on_hyphens=False,
        )
        for line in lines:
            self._line(self._painted(line, style) if style else line)

    def _line(self, text: str) -> None:
        self.out.write(text + "\n")
