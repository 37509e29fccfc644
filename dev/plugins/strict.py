"""Pytest plugin: nothing is skipped silently. A skip fails the test unless dev/allowed_skips.txt gives a reason."""
import fnmatch
from pathlib import Path

import pytest

_LIST = Path(__file__).parents[1] / "allowed_skips.txt"


def _allowed():
    """The patterns of test ids that may be skipped: lines `pattern  # reason`, and none without a reason."""
    for line in _LIST.read_text().splitlines():
        pattern, _, reason = line.partition("  # ")
        if pattern.strip() and reason.strip():
            yield pattern.strip()


def _refuse(report):
    if report.skipped and not hasattr(report, "wasxfail"):
        if not any(fnmatch.fnmatch(report.nodeid, pattern) for pattern in _allowed()):
            reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
            report.outcome = "failed"
            report.longrepr = f"{reason}\nSkipping is failing here: mend it, or list it with a reason in {_LIST.name}."


@pytest.hookimpl(wrapper=True, trylast=True)
def pytest_runtest_makereport(item, call):
    report = yield
    _refuse(report)
    return report


@pytest.hookimpl(wrapper=True, trylast=True)
def pytest_make_collect_report(collector):
    report = yield
    _refuse(report)
    return report
