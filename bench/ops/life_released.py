"""A database of the release before, with data in it: brought to this version, neutralised as a copy, uninstalled."""

import ast
import pathlib
import subprocess
import tarfile
import tempfile

from ..gateway import plain
from ..harness import DEV, ROOT, say
from ..review import shell

HERE = pathlib.Path(__file__).parent
ADDON = "l10n_cl_ai"
#: Seconds that one run of Odoo may take.
_LONG = 900
#: Rebuilt from the code, or emptied, at each update: that rows are there is looked at, not what they say.
_FROM_CODE = {"rule", "feature", "tool", "agent", "question", "topic", "article", "model", "price", "schema"}
_FLEETING = {"flight", "rate", "breaker"}
#: Odoo's own tables whose rows must be what they were when we are gone.
THEIRS = ("account_move", "account_move_line", "res_partner", "res_company", "res_users", "account_journal",
          "ir_attachment", "mail_message", "product_template", "account_analytic_account")  # fmt: skip
_TABLES = """
SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
 WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') AND c.relname LIKE 'l10n\\_cl\\_ai%'
"""
#: What may be left of an addon in a database, and where to look for it.
_LEFT = {
    "tables": _TABLES,
    "columns": "SELECT table_name || '.' || column_name FROM information_schema.columns"
               " WHERE column_name LIKE 'l10n\\_cl\\_ai%'",
    "indexes": "SELECT indexname FROM pg_indexes WHERE indexname LIKE '%l10n\\_cl\\_ai%'",
    "sequences": "SELECT relname FROM pg_class WHERE relkind = 'S' AND relname LIKE 'l10n\\_cl\\_ai%'",
    "constraints": "SELECT conname FROM pg_constraint WHERE conname LIKE '%l10n\\_cl\\_ai%'",
    "triggers": "SELECT tgname FROM pg_trigger WHERE tgname LIKE '%l10n\\_cl\\_ai%'",
    "functions": "SELECT proname FROM pg_proc WHERE proname LIKE '%l10n\\_cl\\_ai%'",
    "schemas": "SELECT nspname FROM pg_namespace WHERE nspname = 'l10n_cl_ai'",
    "text search": "SELECT cfgname FROM pg_ts_config WHERE cfgname = 'l10n_cl_ai'",
    "parameters": "SELECT key FROM ir_config_parameter WHERE key LIKE 'l10n\\_cl\\_ai%'",
    "models": "SELECT model FROM ir_model WHERE model LIKE 'l10n\\_cl\\_ai%'",
    "fields": "SELECT model || '.' || name FROM ir_model_fields WHERE name LIKE 'l10n\\_cl\\_ai%'",
    "records": "SELECT name FROM ir_model_data WHERE module = 'l10n_cl_ai'",
    "crons": "SELECT cron_name FROM ir_cron WHERE cron_name LIKE 'AI Chile%'",
    "actions": "SELECT name->>'en_US' FROM ir_act_server WHERE name->>'en_US' LIKE 'AI Chile%'",
    "rights": "SELECT name FROM ir_rule WHERE name LIKE 'AI Chile%'",
    "menus": "SELECT name->>'en_US' FROM ir_ui_menu WHERE name->>'en_US' LIKE 'Chile DTE%'",
    "views": "SELECT name FROM ir_ui_view WHERE model LIKE 'l10n\\_cl\\_ai%' OR name LIKE '%l10n\\_cl\\_ai%'",
    "attachments": "SELECT name FROM ir_attachment WHERE res_model LIKE 'l10n\\_cl\\_ai%'",
    "messages": "SELECT model FROM mail_message WHERE model LIKE 'l10n\\_cl\\_ai%'",
    "activities": "SELECT res_model FROM mail_activity WHERE res_model LIKE 'l10n\\_cl\\_ai%'",
    "followers": "SELECT res_model FROM mail_followers WHERE res_model LIKE 'l10n\\_cl\\_ai%'",
    "defaults": "SELECT d.id::text FROM ir_default d JOIN ir_model_fields f ON f.id = d.field_id"
                " WHERE f.name LIKE 'l10n\\_cl\\_ai%'",
}


def lived(server: dict) -> dict[str, str | None]:
    """Return of each check what was wrong with it, "" for nothing, None where it could not be looked at."""
    from house import database, odoo  # noqa: PLC0415 - only where the house stands

    from .life import noted  # noqa: PLC0415 - which imports this

    found: dict[str, str | None] = {}
    with tempfile.TemporaryDirectory(dir=DEV) as folder:
        release = _before(pathlib.Path(folder))
        if not release:
            say("  The release before is not in this clone: nothing to upgrade from")
            return {"upgraded": None, "uninstalled": None}
        say(f"  Upgraded from {release}")
        with database.scratch(server, odoo.base_template(server)) as name:
            dsn = plain.dsn(server, name)
            _install(server, name, folder)
            with noted(found, "demo data apart"):
                _none(dsn, "SELECT name FROM ir_model_data WHERE module = 'l10n_cl_ai' AND name LIKE 'demo%'")
            # What of Odoo's is there before anybody uses the addon: what it brings is its own to take away.
            made = _in_shell(server, name, folder, "life_fill.py")
            before, theirs = _ours(dsn), _theirs(dsn)
            with noted(found, "upgraded"):
                _update(server, name)
            with noted(found, "upgrade kept every row"):
                _compare(before, _ours(dsn))
            with noted(found, "upgrade left Odoo's rows alone"):
                _compare(theirs, _theirs(dsn))
            with noted(found, "what was set before holds"):
                _settings(dsn)
            with noted(found, "it works after the upgrade"):
                _in_shell(server, name, str(ROOT), "life_after.py", **made)
            theirs = _theirs(dsn)
            with noted(found, "uninstalled"):
                _in_shell(server, name, str(ROOT), "life_uninstall.py")
            with noted(found, "uninstalling left Odoo's rows alone"):
                _compare(theirs, _theirs(dsn))
            for what, query in _LEFT.items():
                with noted(found, f"nothing left: {what}"):
                    _none(dsn, query)
            with noted(found, "installed anew"):
                odoo.install(server, name, [ADDON])
    return found


# -- the release before ----------------------------------------------------------------------------------------------


def _before(folder: pathlib.Path) -> str:
    """Put the addon as it last was before this version into a folder; return its version, "" where there is none."""
    here = _version((ROOT / ADDON / "__manifest__.py").read_text())
    manifest = f"{ADDON}/__manifest__.py"
    for commit in _git("log", "--format=%H", "--", manifest).split():
        before = _git("rev-parse", f"{commit}^").strip()
        version = _version(_git("show", f"{before}:{manifest}"))
        if version and version != here:
            _unpack(before, folder)
            return f"{version} ({before[:8]})"
    return ""


def _version(manifest: str) -> str:
    return ast.literal_eval(manifest)["version"] if manifest else ""


def _git(*arguments: str) -> str:
    done = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=False)
    return done.stdout if done.returncode == 0 else ""


def _unpack(commit: str, folder: pathlib.Path) -> None:
    archive = folder / "release.tar"
    subprocess.run(["git", "archive", "-o", str(archive), commit, ADDON, "dev", "tests"], cwd=ROOT, check=True)
    with tarfile.open(archive) as packed:
        packed.extractall(folder, filter="data")
    archive.unlink()


# -- Odoo ------------------------------------------------------------------------------------------------------------


def _path(folder: str) -> str:
    from house import source  # noqa: PLC0415 - only where the house stands

    return "--addons-path=" + ",".join(map(str, [*source.addons(source.home()), folder]))


def _install(server: dict, name: str, folder: str) -> None:
    from house import common, odoo  # noqa: PLC0415 - as above

    common.run(
        odoo.command("server", "-d", name, "-i", ADDON, "--stop-after-init", "--no-http", "--max-cron-threads=0",
                     "--without-demo", _path(folder)),
        log=f"life-install-{name}", env=odoo.environment(server), cwd=folder)  # fmt: skip


def _update(server: dict, name: str) -> None:
    from house import common, odoo  # noqa: PLC0415 - as above

    command = odoo.command("server", "-d", name, "-u", ADDON, "--stop-after-init", "--no-http", "--max-cron-threads=0",
                           "--log-level=warn")  # fmt: skip
    done = subprocess.run(command, env=odoo.environment(server), cwd=ROOT, capture_output=True, text=True,
                          timeout=_LONG, check=False)  # fmt: skip
    place = common.place("log") / f"life-update-{name}.log"
    place.write_text(done.stdout + done.stderr)
    loud = [line for line in (done.stdout + done.stderr).splitlines() if " ERROR " in line or " WARNING " in line]
    if done.returncode or loud:
        raise AssertionError(loud[:3] or f"exit {done.returncode}: {place}")


def _in_shell(server: dict, name: str, folder: str, program: str, **settings) -> dict:
    from house import odoo  # noqa: PLC0415 - as above

    command = odoo.command("shell", "-d", name, "--no-http", "--max-cron-threads=0", "--log-level=error",
                           _path(folder))  # fmt: skip
    done = subprocess.run(command, input=shell._source(HERE / program, settings), capture_output=True, text=True,
                          timeout=_LONG, cwd=folder, env=odoo.environment(server), check=False)  # fmt: skip
    return shell._answer(done)


# -- what is there ---------------------------------------------------------------------------------------------------


def _ours(dsn: str) -> dict[str, dict]:
    """Return {table: {"columns": …, "rows": {id: values}}} of our tables."""
    tables = [table for (table,) in plain.query(dsn, _TABLES)]
    short = {table: table.removeprefix("l10n_cl_ai_") for table in tables}
    kept = {table: _rows(dsn, table) for table in tables if short[table] not in _FLEETING}
    for table in kept:
        if short[table] in _FROM_CODE:
            kept[table]["rows"] = dict.fromkeys(kept[table]["rows"], "")
    return kept


def _theirs(dsn: str) -> dict[str, dict]:
    return {table: _rows(dsn, table, where=_NOT_OURS.get(table, "true")) for table in THEIRS}


#: Rows in Odoo's tables that are ours: they go with the addon.
_NOT_OURS = {
    # Bundles of scripts are made anew whenever an addon comes or goes.
    "ir_attachment": "coalesce(res_model, '') NOT LIKE 'l10n\\_cl\\_ai%' AND res_model NOT IN ('ir.ui.view',"
                     " 'ir.ui.menu') AND coalesce(url, '') NOT LIKE '/web/assets/%' AND res_model IS NOT NULL",
    # Of ours, and about server actions and crons that are ours.
    "mail_message": "coalesce(model, '') NOT LIKE 'l10n\\_cl\\_ai%' AND coalesce(model, '') NOT LIKE 'ir.%'",
}  # fmt: skip

#: Columns that an upgrade takes away, for what stood in them follows from others.
_DERIVED = {"l10n_cl_ai_index_word": {"near"}}


def _rows(dsn: str, table: str, where: str = "true", columns: list[str] | None = None) -> dict:
    """Return the columns of a table that are not ours, or all of our own table's, and its rows."""
    ours = table.startswith("l10n_cl_ai")
    columns = columns or [
        name for (name,) in plain.query(
            dsn, "SELECT column_name FROM information_schema.columns WHERE table_schema = 'public' AND table_name = %s"
                 " AND column_name NOT IN ('write_date', 'write_uid', 'login_date') ORDER BY column_name", table)
        if (ours or not name.startswith("l10n_cl_ai")) and name not in _DERIVED.get(table, ())
    ]  # fmt: skip
    text = ", ".join(f'"{name}"::text' for name in columns)
    key = "id" if "id" in columns else f"md5(concat_ws('|', {text}))"
    rows = plain.query(dsn, f"SELECT {key}, ARRAY[{text}] FROM {table} WHERE {where}")
    return {"columns": columns, "rows": dict(rows), "again": (dsn, table, where)}


def _compare(before: dict[str, dict], after: dict[str, dict]) -> None:
    """Refuse a row that is gone or says something else in the columns that there were."""
    wrong = []
    for table, was in before.items():
        if table not in after:
            wrong.append(f"{table} is gone")
            continue
        gone = sorted(set(was["columns"]) - set(after[table]["columns"]))
        if gone:
            wrong.append(f"{table} lost {gone}")
            continue
        dsn, name, where = was["again"]
        now = _rows(dsn, name, where, was["columns"])["rows"]
        lost = [key for key in was["rows"] if key not in now]
        other = [key for key, values in was["rows"].items() if values and key in now and now[key] != values]
        if lost or other:
            names = {column for key in other for column, before, value in zip(
                was["columns"], was["rows"][key], now[key], strict=True) if before != value}  # fmt: skip
            wrong.append(f"{table}: {len(lost)} lost {lost[:3]}, {len(other)} changed {other[:3]} in {sorted(names)}")
            told = [was["rows"][key] for key in lost[:1] if was["rows"][key]]
            wrong += [str([text[:60] for text in values if text])[:500] for values in told]
    if wrong:
        raise AssertionError("; ".join(wrong))


def _none(dsn: str, query: str) -> None:
    found = [name for (name,) in plain.query(dsn, query)]
    if found:
        raise AssertionError(f"{len(found)}: {found[:8]}")


def _settings(dsn: str) -> None:
    [(days,)] = plain.query(
        dsn, "SELECT DISTINCT own_days FROM l10n_cl_ai_retention WHERE kind = 'conversations'")
    left = plain.query(dsn, "SELECT value FROM ir_config_parameter WHERE key = 'l10n_cl_ai.chat_days'")
    if days != 200 or left:
        raise AssertionError(f"conversations are kept for {days} days; {left}")
