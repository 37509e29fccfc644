"""``odoo dte check``: the rules over files, without a database.

Runs as ``python -m l10n_cl_ai.dte.console check …`` too, where the addon is importable.
"""

import argparse
import datetime
import functools
import logging
import os
import pathlib
import sys
import zoneinfo
from collections.abc import Callable, Iterator, Sequence

from . import RULESET_VERSION
from .caf import read_caf
from .console_input import STDIN, read_file, sources, trouble
from .console_output import JsonLines, Text, Translate, printable
from .document import Context, Document
from .engine import check
from .message import Message, _
from .reader import Unreadable, read
from .rule import Action, Report

#: Exit codes of the contract; the last two are those of the shell for a signal.
NOTHING, BLOCKED, UNREADABLE, INTERRUPTED, BROKEN_PIPE = 0, 1, 2, 130, 141
_CATALOG = pathlib.Path(__file__).parent.parent / "i18n" / "es_CL.po"


def today_in_chile() -> datetime.date:
    """Return the day in Chile; raise ZoneInfoNotFoundError where the machine has no time zones."""
    return datetime.datetime.now(zoneinfo.ZoneInfo("America/Santiago")).date()


@functools.cache
def _spanish(path: pathlib.Path) -> dict[str, str] | None:
    """Return {English: Spanish} of the addon's catalog, None where it can't be had."""
    try:
        import polib  # noqa: PLC0415 - comes with Odoo; the rules work without it
    except ImportError:
        return None
    if not path.is_file():
        return None
    return {entry.msgid: entry.msgstr for entry in polib.pofile(str(path)) if entry.translated()}


def translator(lang: str, path: pathlib.Path = _CATALOG) -> Translate:
    """Return what turns an English source text into the language; English where there is no catalog."""
    catalog = (_spanish(path) or {}) if lang == "es" else {}
    return lambda text: catalog.get(text, text)


class Session:
    """One run: what is known, what was seen, and what could not be read.

    :param known: members of Context that hold for every document
    """

    def __init__(self, known: dict, translate: Translate = str, err=None):
        self.known, self.translate = known, translate
        self.err = err or sys.stderr
        self.unreadable = 0
        self.blocked = False
        self._folios: dict[tuple, tuple] = {}

    def complain(self, name: str, message: Message) -> None:
        """Say on stderr what can't be read, and remember that something couldn't."""
        self.unreadable += 1
        print(f"{printable(name)}: {printable(message.text(self.translate), 500)}", file=self.err, flush=True)

    def reports(self, paths: Sequence[str]) -> Iterator[tuple[str, int, Report]]:
        """Yield (file, position in it from 1, report) for every document."""
        for source in sources(paths, self.complain):
            try:
                documents = read(source.read(), Context(**self.known))
            except Unreadable as error:
                self.complain(source.name, error.reason)
                continue
            except OSError as error:
                self.complain(source.name, trouble(error))
                continue
            for index, document in enumerate(documents, 1):
                if repeated := self._repeated(document):
                    document.context = Context(**self.known, issued={repeated: "sent"})
                report = check(document)
                self.blocked = self.blocked or report.worst is Action.BLOCK
                yield source.name, index, report

    def _repeated(self, document: Document) -> tuple | None:
        """Return (type, folio) where an earlier file has the same folio on another document.

        The same document often comes twice, alone and in its envelope: that is no repetition.
        """
        header = document.header
        ident, issuer = header.identification.__dict__, header.issuer.__dict__
        folio = ident.get("folio")
        if document.type is None or folio is None or issuer.get("rut") is None:
            return None
        receiver, totals = header.receiver.__dict__, header.totals.__dict__
        identity = (ident.get("date"), receiver.get("rut"), totals.get("total"))
        earlier = self._folios.setdefault((issuer["rut"], document.type, folio), identity)
        return (document.type, folio) if earlier != identity else None

    @property
    def exit_code(self) -> int:
        if self.unreadable:
            return UNREADABLE
        return BLOCKED if self.blocked else NOTHING


def _parser(prog: str, say: Callable[[Message], str]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog=prog, description=say(_(
        "Judges electronic tax documents by the SII's rules before they are sent. Needs no database and no "
        "network."
    )))
    commands = parser.add_subparsers(dest="command", required=True)
    command = commands.add_parser(
        "check",
        help=say(_("check XML files")),
        description=say(_("Checks DTE, EnvioDTE and EnvioBOLETA files.")),
        epilog=say(_(
            "Exit code: 0 nothing to block, 1 something to block (whatever --min-action shows), 2 something "
            "unreadable; the other files are checked all the same. Rules: %(version)s.",
            version=RULESET_VERSION,
        )),
    )
    command.add_argument("paths", nargs="+", metavar="PATH", help=say(_(
        "XML file, folder (with all *.xml below it), or - for standard input"
    )))
    command.add_argument("--format", choices=("text", "json"), default="text", help=say(_(
        "text for people (the default), or one JSON object per document and line"
    )))
    command.add_argument("--min-action", choices=[a.value for a in Action], default="info", help=say(_(
        "show only findings this strong or stronger; the exit code does not change"
    )))
    command.add_argument("--schemas", metavar="DIR", action="append", default=[], help=say(_(
        "folder with the SII's XSD files; may be repeated, the newest first"
    )))
    command.add_argument("--caf", metavar="FILE", action="append", default=[], help=say(_(
        "CAF file with the company's folios; may be repeated"
    )))
    command.add_argument("--today", type=datetime.date.fromisoformat, metavar="YYYY-MM-DD", help=say(_(
        "day to judge by, instead of today in Chile"
    )))
    command.add_argument("--lang", choices=("es", "en"), default="es", help=say(_("language of the texts")))
    return parser


def _language(argv: Sequence[str]) -> str:
    """Return the language asked for, before the help that speaks it is built."""
    first = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    first.add_argument("--lang", default="es")
    return first.parse_known_args(argv)[0].lang


def _cafs(session: Session, paths: Sequence[str]) -> None:
    """Read the CAF files; those that can't be read are named and left out."""
    loaded = []
    for path in paths:
        try:
            loaded.append(read_caf(read_file(path)))
        except Unreadable as error:
            session.complain(path, error.reason)
        except OSError as error:
            session.complain(path, trouble(error))
    if loaded:
        session.known["cafs"] = tuple(loaded)


def _schemas(session: Session, folders: Sequence[str]) -> None:
    """Load the SII's schemas; sets that can't be used are named and left out."""
    if not folders:
        return
    from .console_schemas import load  # noqa: PLC0415 - compiling schemas takes time, and few ask for it

    loaded = load(folders, session.complain)
    if loaded is not None:
        session.known["schema"] = loaded


class _Brief(logging.Handler):
    """Tells of a fault of ours in one line: the terminal is not the place for a traceback."""

    def emit(self, record: logging.LogRecord) -> None:
        cause = f" ({record.exc_info[1]!r})" if record.exc_info and record.exc_info[1] else ""
        print(printable(record.getMessage() + cause, 500), file=sys.stderr)


def run(argv: Sequence[str], prog: str, out=None) -> int:
    """Check what the arguments name and return the exit code; SystemExit for wrong arguments."""
    lang = _language(argv)
    translate = translator(lang)
    parser = _parser(prog, lambda message: message.text(translate))
    options = parser.parse_args(argv)
    if options.paths.count(STDIN) > 1:
        parser.error(_("- may be given once.").text(translate))
    try:
        today = options.today or today_in_chile()
    except zoneinfo.ZoneInfoNotFoundError:
        parser.error(_("This machine has no time zones; give the day with --today.").text(translate))
    session = Session({"today": today}, translate)
    _cafs(session, options.caf)
    _schemas(session, options.schemas)
    show = {"text": Text, "json": JsonLines}[options.format](out or sys.stdout, translate)
    weight = Action(options.min_action).weight
    for name, index, report in session.reports(options.paths):
        show.document(name, index, report, [f for f in report.findings if f.action.weight >= weight])
    show.end(session.unreadable)
    return session.exit_code


def main(argv: Sequence[str] | None = None, prog: str = "python -m l10n_cl_ai.dte.console") -> int:
    """Run the command line; a closed pipe and Ctrl-C end it quietly."""
    logger, handler = logging.getLogger(__package__), _Brief()
    logger.addHandler(handler)
    propagate, logger.propagate = logger.propagate, False
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        code = run(sys.argv[1:] if argv is None else argv, prog)
        sys.stdout.flush()
        return code
    except BrokenPipeError:
        # What is left in the buffer must not complain again at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return BROKEN_PIPE
    except KeyboardInterrupt:
        return INTERRUPTED
    finally:
        logger.removeHandler(handler)
        logger.propagate = propagate


if __name__ == "__main__":
    sys.exit(main())
