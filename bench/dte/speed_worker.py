"""One contestant of the speed bench: ``speed_worker.py KIND ROOT COUNT [SCHEMAS]``.

Reads a JSON list of corpus names, says that it is ready, then runs one pass for each line. It imports
the bench only where that needs nothing the peer's virtualenv lacks.
"""

import gc
import json
import os
import pathlib
import sys
import time

#: Rules that verify the signature of the document, its certificate and its stamp.
SIGNATURES = ("A09", "A10", "B12")


def _pin() -> None:
    """Stay on one CPU, the last this process may use; all contestants choose the same."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})


def _rules(root: str):
    sys.path.insert(0, root)
    from bench.dte.material import load_rules  # noqa: PLC0415
    from bench.dte.world import TODAY  # noqa: PLC0415

    return load_rules(), TODAY


def ours(root: str):
    """From bytes to findings, all rules."""
    dte, today = _rules(root)
    context = dte.Context(today=today)

    def judge(data: bytes) -> None:
        for document in dte.read(data, context):
            dte.check(document)

    return judge, f"{len(dte.RULES)} rules"


def unsigned(root: str):
    """The same without the rules that verify signatures, which neither peer nor floor does."""
    dte, _today = _rules(root)
    from l10n_cl_ai.dte.engine import _plan  # noqa: PLC0415

    for rule in SIGNATURES:
        del dte.RULES[rule]
    _plan.cache_clear()
    return ours(root)


def xsd(root: str, folder: str):
    """From bytes to valid or not."""
    from lxml import etree  # noqa: PLC0415

    schema = etree.XMLSchema(etree.parse(str(pathlib.Path(folder) / "DTE_v10.xsd")))

    def judge(data: bytes) -> None:
        if not schema.validate(etree.fromstring(data)):
            raise ValueError(schema.error_log)

    return judge, "DTE_v10.xsd of 2026-02"


def cl_sii(root: str):
    """From bytes to the peer's data classes; no signature is verified, no schema run."""
    from importlib.metadata import version  # noqa: PLC0415

    from cl_sii.dte import parse  # noqa: PLC0415
    from cl_sii.libs import xml_utils  # noqa: PLC0415

    def judge(data: bytes) -> None:
        parse.parse_dte_xml(xml_utils.parse_untrusted_xml(data))

    return judge, f"cl-sii {version('cl-sii')}"


def _load(root: str, count: int) -> list[bytes]:
    names = json.loads(sys.stdin.readline())
    files = [(pathlib.Path(root) / "bench/dte/corpus" / f"{name}.xml").read_bytes() for name in names]
    return [files[i % len(files)] for i in range(count)]


def compete(make, root: str, count: int, *more: str) -> None:
    judge, what = make(root, *more)
    documents = _load(root, count)
    for data in documents[:500]:
        judge(data)
    print(json.dumps({"ready": True, "with": what}), flush=True)
    for _line in sys.stdin:
        gc.collect()
        start = time.process_time()
        for data in documents:
            judge(data)
        print(json.dumps({"seconds": time.process_time() - start}), flush=True)


def profile(root: str, count: int) -> None:
    """Print where the time goes: reading, each group of rules, the ten dearest rules."""
    dte, today = _rules(root)
    context = dte.Context(today=today)
    files = _load(root, count)
    start = time.process_time()
    documents = [document for data in files for document in dte.read(data, context)]
    reading = (time.process_time() - start) / len(documents) * 1e6
    start = time.process_time()
    for document in documents:
        dte.check(document)
    checking = (time.process_time() - start) / len(documents) * 1e6
    documents = [document for data in files for document in dte.read(data, context)]
    cost = _costs(dte, documents)
    print(f"\nWhere the time goes (µs a document): reading {reading:.0f}, judging {checking:.0f}")
    for group in sorted({rule[0] for rule in cost}):
        print(f"  group {group}  {sum(us for rule, us in cost.items() if rule[0] == group):7.1f}")
    for rule, us in sorted(cost.items(), key=lambda pair: -pair[1])[:10]:
        print(f"  {rule}  {us:7.1f}  {dte.RULES[rule].title.template}")


def _costs(dte, documents: list) -> dict[str, float]:
    """Return {rule: µs a document} of one pass of the engine itself, each rule with a watch around it.

    What rules share (a canonical form) is on the account of the first that asks for it.
    """
    spent = dict.fromkeys(dte.RULES, 0.0)
    for rule in dte.RULES.values():
        # Rules are frozen; this process ends with the profile.
        object.__setattr__(rule, "check", _timed(rule.id, rule.check, spent))
    for document in documents:
        dte.check(document)
    return {rule: seconds / len(documents) * 1e6 for rule, seconds in spent.items()}


def _timed(name: str, check, spent: dict[str, float]):
    def timed(document):
        start = time.thread_time()
        try:
            return list(check(document) or ())
        finally:
            spent[name] += time.thread_time() - start

    return timed


def main() -> None:
    kind, root, count, *more = sys.argv[1:]
    _pin()
    if kind == "profile":
        profile(root, int(count))
    else:
        compete({"ours": ours, "unsigned": unsigned, "xsd": xsd, "cl_sii": cl_sii}[kind], root, int(count), *more)


if __name__ == "__main__":
    main()
