"""Which XPaths an administrator may set: those that cost no more than going through a page once or twice.

XPath at large has no bound (``//*[count(//*) > 0]``, ``//*//div//*``), and nothing can stop it once it runs. What finds
the part of a page needs little of it: steps by name, one of them at any depth, and conditions on the element itself.
"""

import re

#: Letters of a path, its steps, and conditions of all of them.
LONGEST, MOST_STEPS, MOST_CONDITIONS = 300, 12, 6
_TEXT = r"(?:'[^']*'|\"[^\"]*\")"
_OF = r"(?:@[\w-]+|\.|text\(\)|normalize-space\((?:@[\w-]+|\.)?\))"
_SIMPLE = (
    rf"(?:\d{{1,5}}|last\(\)|@[\w-]+|{_OF}\s*=\s*{_TEXT}|\.//[a-zA-Z][\w-]*|"
    rf"(?:contains|starts-with)\(\s*{_OF}\s*,\s*{_TEXT}\s*\))"
)
_CONDITION = re.compile(rf"\[\s*{_SIMPLE}(?:\s+(?:and|or)\s+{_SIMPLE})?\s*\]")
_STEP = re.compile(r"(?P<deep>\.?//?)?(?:\*|[a-zA-Z][\w-]*)")


#: {what is wrong with a path: in words, for the log}
FAULTS = {
    "xpath_long": f"it has more than {LONGEST} letters",
    "xpath_steps": "only steps by name are understood, with conditions like [@id='x'], [2] or [contains(., 'x')]",
    "xpath_deep": "only one of its steps may be at any depth (//)",
    "xpath_many": f"it has more than {MOST_STEPS} steps or {MOST_CONDITIONS} conditions",
}


def fault(path: str) -> str:
    """Return why a path may not be used, as a key of ``FAULTS``; empty where it may."""
    if len(path) > LONGEST:
        return "xpath_long"
    at = steps = deep = conditions = 0
    while at < len(path):
        step = _STEP.match(path, at)
        if not step or (at and not step["deep"]):
            return "xpath_steps"
        steps, deep, at = steps + 1, deep + (step["deep"] or "").endswith("//"), step.end()
        while condition := _CONDITION.match(path, at):
            conditions, at = conditions + 1, condition.end()
    if deep > 1:
        return "xpath_deep"
    if steps > MOST_STEPS or conditions > MOST_CONDITIONS:
        return "xpath_many"
    return ""
