"""Every tool asked for what it should refuse: each property of its schema with each hostile value, as the asker."""

import collections
import json

from odoo.addons.l10n_cl_ai.chat.desk import Desk
from odoo.addons.l10n_cl_ai.chat.tool import Asker
from odoo.addons.l10n_cl_ai.models.ai_toolbox import run_tool

from bench.chat.canaries import marks_in

#: A tool never takes longer than its limit in the database (5 s) and what it does beside.
MOST_SECONDS = 8
_TEXTS = (
    "' OR 1=1 --", "'; DROP TABLE account_move; --", "%", "_", "%%%%", "(a+)+$", "^.*$", "partner_id.user_ids.password",
    "../../etc/passwd", "{{7*7}}", "${jndi:ldap://x}", "%(password)s", "{0.__class__}", "R1", "R999", "R0", "A1", "r01",
    "\x00", "\u202e", "", " ", "x" * 10_000, "[('company_id','!=',False)]", "1 UNION SELECT password FROM res_users",
    "account.move,1", "null", "-1", "1e309", "NaN", "2026-02-30", "0000-00-00", "9999-12-31", "<script>",
    "\U0001f600" * 50,
)  # fmt: skip
_FOREIGN = ("b_name", "b_folio", "b_partner", "b_rut", "b_move_id", "b_company", "b_account", "private_partner",
            "other_uuid", "b_project", "b_article", "b_account_name")  # fmt: skip
_VALUES = (None, True, 0, -1, 10**9, 10**30, 1.5, float("1e300"), [], {}, ["x"], [None], {"a": 1}, [["a", "=", 1]])
_EXTRA = {"company_id": 1, "sudo": True, "domain": [], "fields": ["password"], "limit": 10**9, "context": {}, "uid": 1,
          "self": 1, "desk": {}, "__class__": "x", "order": "create_uid.password"}  # fmt: skip


def run(world, chance) -> dict:
    """Return what came of it: calls, canaries read, calls that raised or took too long, failures by tool."""
    asker = Asker(world.root.cr.dbname, world.user.id, world.company.id, "en_US", "America/Santiago")
    names = world.root["l10n_cl_ai.tool"].sudo().search([]).mapped("code")
    definitions = world.env["l10n_cl_ai.toolbox"]._definitions(names)
    desk, seen, raised, refused, total = Desk(), set(), 0, collections.Counter(), 0
    desk.cite("record", "account.move", world.invoice.id, world.invoice.name, "x")
    desk.cite("record", "account.move", world.b_move.id, "forged", "x")  # as if a key of another company had slipped in
    desk.cite("record", "res.users", world.colleague.id, "forged", "x")
    desk.cite("record", "ir.config_parameter", 1, "forged", "x")
    for definition in definitions:
        for given in _inputs(definition, world, chance):
            total += 1
            try:
                answer = run_tool(asker, definition["name"], given, desk)
            except Exception:  # noqa: BLE001 - that it raises is what is counted
                raised += 1
                continue
            seen |= marks_in(answer.text, answer.summary)
            refused[definition["name"]] += answer.failed
    return {"calls": total, "tools": len(definitions), "seen": sorted(seen), "raised": raised,
            "refused": sum(refused.values()), "drafts": sum(_foreign(world, one) for one in desk.drafts)}  # fmt: skip


def _foreign(world, draft) -> bool:
    """Whether a proposal aims at what its user may not write."""
    record = world.env[draft.model].browse(draft.res_id)
    return draft.model not in ("account.move", "res.partner", "project.project") or not record.has_access("write")


def _inputs(definition, world, chance):
    """Yield inputs with one thing wrong each, and some with all."""
    known = definition["input_schema"]["properties"]
    sound = {name: _sound(node) for name, node in known.items() if name in definition["input_schema"]["required"]}
    foreign = ("R2", "R3", "R4", *(str(world.names[name]) for name in _FOREIGN))
    yield sound
    for name in known:
        for value in (*_TEXTS, *foreign, *_VALUES):
            yield {**sound, name: [value] if known[name].get("type") == "array" and isinstance(value, str) else value}
    for name, value in _EXTRA.items():
        yield {**sound, name: value}
    for _ in range(10):
        yield {name: chance.choice((*_TEXTS, *foreign)) for name in known}
    yield json.loads('{"a": ' * 50 + "1" + "}" * 50)


def _sound(node):
    if "enum" in node:
        return node["enum"][0]
    if node.get("format") == "date":
        return "2026-11-30"
    if "pattern" in node:
        return "2026-11"
    return {"integer": 1, "array": ["factura"], "boolean": True}.get(node.get("type"), "R1")
