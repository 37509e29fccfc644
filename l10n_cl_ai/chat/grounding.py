import re
from dataclasses import dataclass
@dataclass
class Report:
    marks: list
    cited: list
    unknown: list
def check(text, sources, given=()):
    keys=list(dict.fromkeys(re.findall(r"\[([ARF]\d+)\]", text)))
    return Report([], [k for k in keys if k in sources], [k for k in keys if k not in sources])
