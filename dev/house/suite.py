"""All tests, as `make test` runs them: stages side by side on the cores there are, and one honest sum."""
from __future__ import annotations

import queue
import re
import shutil
import threading
import time
import xml.etree.ElementTree as ET
from functools import partial
from pathlib import Path

from . import demo, odoo, postgres, source, testing
from .common import ADDON, DEV, ROOT, place, say
from .processes import Stopped

PARTS = 3
"""Into how many the ORM and HTTP tests are cut, so that no core waits for the other at the end."""
ALLOWED_WARNINGS = ROOT / "dev/allowed_warnings.txt"
_BEGINS = re.compile(r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d+ ")
_LINE = re.compile(r"^\d{4}-\d\d-\d\d \S+ \d+ (WARNING|ERROR|CRITICAL) \S+ (?P<rest>.*)$")


class Stage:
    """One kind of test. Its results are a JUnit file; what it prints goes to a file, or live to the terminal."""

    def __init__(self, name: str, work, live: bool = False):
        self.name, self.work, self.live, self.code = name, work, live, None
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
        except Stopped:
            raise
        except SystemExit as stop:
            self.code = stop.code or 1
        say(f"{self.name}: {'went well' if self.code == 0 else 'FAILED'} after {time.monotonic() - start:.0f} s")

    def counts(self) -> tuple[int, int, int]:
        """Passed, failed, skipped. A stage that broke off, or ran no test, is a failure of its own."""
        passed = failed = skipped = 0
        cases = ET.parse(self.results).iter("testcase") if self.results.exists() else ()
        for case in cases:  # subtests are part of their test, as they are for whoever wrote it
            outcome = {child.tag for child in case}
            if outcome & {"failure", "error"}:
                failed += 1
            elif "skipped" in outcome:
                skipped += 1
            else:
                passed += 1
        if (self.code != 0 or not passed) and not failed:
            failed = 1
        return passed, failed, skipped


def run() -> int:
    """Run everything and print the sum as the last line."""
    start = time.monotonic()
    with postgres.running() as server:
        # The templates are tests too: installing, and the demo data, must work and log nothing unexpected.
        templates = [odoo.addon_template(server), demo.template(server), odoo.sample_template(server),
                     odoo.beside_template(server)]
        # Sources edited from now on do not make another template in the middle.
        addon, _demo, sample, neighbours = (partial(lambda name, _server: name, name) for name in templates)
        parts = [Stage(f"odoo-{number}", partial(_on_odoo, addon, number), live=number == 1)
                 for number in range(1, PARTS + 1)]
        stages = [*parts, Stage("browser", partial(_in_browser, addon)), Stage("pure", testing.pure),
                  Stage("sample", partial(_on_sample, sample)), Stage("beside", partial(_beside, neighbours)),
                  Stage("test_lint", partial(lint_by_odoo, addon))]
        # Two lanes for two cores, each of which takes the next stage, the longest first.
        waiting = queue.SimpleQueue()
        for stage in stages:
            waiting.put(stage)
        lane = threading.Thread(target=_work, args=(waiting,))
        lane.start()
        _work(waiting)
        lane.join()
    for stage in stages:
        if stage.code and not stage.live:
            print(f"\n===== {stage.name} =====\n{stage.output.read_text(errors='replace')}", flush=True)
    logs = [_log(name) for name in (*(part.name for part in parts), "browser", "sample", "beside")]
    surprises = unexpected([*logs, *map(demo.log_of, templates)])
    return _sum_up(stages, surprises, time.monotonic() - start)


def _log(name: str) -> Path:
    return place("log") / f"test-{name}.log"


def _work(waiting):
    """Run stages until none is left."""
    while True:
        try:
            stage = waiting.get_nowait()
        except queue.Empty:
            return
        stage.run()


def _on_odoo(template, number, more, **io) -> int:
    """ORM and HTTP tests, one of their parts: every third file, so that each has of everything."""
    browser = set(testing.ODOO_TESTS.glob(Path(testing.BROWSER_TESTS).name))
    files = sorted(set(testing.ODOO_TESTS.glob("test_*.py")) - browser)
    return testing.on_odoo([*more, *files[number - 1 :: PARTS]], _log(f"odoo-{number}"), template, **io)


def _in_browser(template, more, **io) -> int:
    """Tours and hoot."""
    files = sorted(testing.ODOO_TESTS.glob(Path(testing.BROWSER_TESTS).name))
    return testing.on_odoo([*more, *files], _log("browser"), template, **io)


def _on_sample(template, more, **io) -> int:
    """The tests of the sample third-party addon."""
    return testing.on_odoo([*more, testing.SAMPLE_TESTS], _log("sample"), template, **io)


def _beside(template, more, **io) -> int:
    """Our addon beside OCA's queue_job and Odoo's automation rules."""
    return testing.beside([*more, testing.BESIDE_TESTS], _log("beside"), template, **io)


def lint_by_odoo(template, more, **io) -> int:
    """Odoo's own test_lint, on an addons path that holds the addon alone: it reads every file it finds there.

    Without importlib mode pytest would put Odoo's addons on Python's path, where `calendar` hides Python's.
    """
    alone = DEV / "lint-addons"
    shutil.rmtree(alone, ignore_errors=True)
    shutil.copytree(ROOT / ADDON, alone / ADDON, ignore=shutil.ignore_patterns("__pycache__"))
    tests = source.addons(source.home())[0] / "test_lint/tests"
    paths = ",".join(map(str, [*source.addons(source.home()), alone]))
    arguments = [*more, "-q", "--tb=short", "--import-mode=importlib", f"--odoo-addons-path={paths}",
                 # It reads all of Odoo, for minutes. pylint reads the addon in `make lint`.
                 f"--ignore={tests / 'test_pylint.py'}", tests]
    return testing.on_odoo(arguments, _log("lint"), template, **io)


def unexpected(logs) -> list[str]:
    """The warnings and errors in these logs that dev/allowed_warnings.txt does not explain."""
    allowed = [re.compile(pattern) for pattern, _reason in reasons(ALLOWED_WARNINGS)]
    found = []
    for log in filter(Path.exists, logs):
        tells = False  # whether the last line was one of those: the traceback that follows says why
        for line in log.read_text(errors="replace").splitlines():
            if not _BEGINS.match(line):
                if tells and not line.startswith((" ", "Traceback ")) and line:
                    found[-1] += f" | {line}"
                continue
            match = _LINE.match(line)
            tells = bool(match) and not any(pattern.search(match["rest"]) for pattern in allowed)
            if tells:
                found.append(f"{log.name}: {line}")
    return found


def reasons(path: Path):
    """Pairs of (what is allowed, why) in a list of lines `what  # why`; without a why a line counts for nothing."""
    for line in path.read_text().splitlines():
        what, _, why = line.partition("  # ")
        if what.strip() and why.strip():
            yield what.strip(), why.strip()


def _sum_up(stages, surprises: list[str], seconds: float) -> int:
    passed, failed, skipped = map(sum, zip(*(stage.counts() for stage in stages)))
    print()
    for stage in stages:
        print("{:>12}: {} passed, {} failed, {} skipped".format(stage.name, *stage.counts()))
    print(f"         log: {len(surprises)} unexpected warnings or errors; all in {seconds:.0f} s")
    for line in surprises[:40]:
        print(f"  {line[:700]}")
    if surprises:
        print(f"  Mend them, or list them with a reason in {ALLOWED_WARNINGS.relative_to(ROOT)}.")
    failed += bool(surprises)
    passed += not surprises
    print(f"{passed} passed, {failed} failed, {skipped} skipped", flush=True)
    return 1 if failed else 0
