"""All tests, as `make test` runs them: stages side by side on the cores there are, and one honest sum."""
from __future__ import annotations

import os
import re
import shutil
import sys
import threading
import time
import xml.etree.ElementTree as ET
from pathlib import Path

from . import database, demo, odoo, postgres, source, testing
from .common import ADDON, DEV, ROOT, place, say

ALLOWED_WARNINGS = ROOT / "dev/allowed_warnings.txt"
_LINE = re.compile(r"^\d{4}-\d\d-\d\d \S+ \d+ (WARNING|ERROR|CRITICAL) \S+ (?P<rest>.*)$")


class Stage(threading.Thread):
    """One kind of test. Its results are a JUnit file; what it prints goes to a file, or live to the terminal."""

    def __init__(self, name: str, work, live: bool = False):
        super().__init__(name=name)
        self.work, self.live, self.code = work, live, None
        self.results = place("reports") / f"{name}.xml"
        self.output = place("reports") / f"{name}.txt"
        self.results.unlink(missing_ok=True)

    def run(self):
        say(f"{self.name}: running{'' if self.live else f' in the background (output: {self.output})'}")
        start = time.monotonic()
        try:
            with self.output.open("w") as file:
                streams = {} if self.live else {"stdout": file, "stderr": file}
                self.code = self.work([f"--junitxml={self.results}", f"-ojunit_suite_name={self.name}"], **streams)
        except SystemExit as stop:
            self.code = stop.code or 1
        say(f"{self.name}: {'went well' if self.code == 0 else 'FAILED'} after {time.monotonic() - start:.0f} s")

    def counts(self) -> tuple[int, int, int]:
        """Passed, failed, skipped. A stage that broke off, or ran no test, is a failure of its own."""
        passed = failed = skipped = 0
        if self.results.exists():
            for suite in ET.parse(self.results).iter("testsuite"):
                total, bad, skip = (int(suite.get(key, 0)) for key in ("tests", "failures", "skipped"))
                bad += int(suite.get("errors", 0))
                passed, failed, skipped = passed + max(total - bad - skip, 0), failed + bad, skipped + skip
        if (self.code != 0 or not passed) and not failed:
            failed = 1
        return passed, failed, skipped


def run() -> int:
    """Run everything and print the sum as the last line."""
    start = time.monotonic()
    with postgres.running() as server:
        odoo.addon_template(server)
        demo_log = _demo_builds(server)
    logs = [place("log") / "test-odoo.log", demo_log, *place("log").glob("install-*_addon_*.log")]
    stages = [
        Stage("pure", testing.pure, live=True),
        Stage("odoo", lambda more, **io: testing.on_odoo([*more, "-v", testing.ODOO_TESTS], log=logs[0], **io), live=True),
        Stage("test_lint", _test_lint),
    ]
    background = stages.pop()
    background.start()
    for stage in stages:
        stage.run()
    background.join()
    stages.append(background)
    if background.code:
        print(background.output.read_text(errors="replace"))
    return _sum_up(stages, unexpected(logs), demo_log is not None, time.monotonic() - start)
