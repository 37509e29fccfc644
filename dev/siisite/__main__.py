"""``python dev/siisite``: serve a living site until stdin ends; prints its port and its certificate."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from siisite.living import LivingSite
from siisite.server import running

with running(kind=LivingSite) as site:
    print("port", site.port)
    print("certificate", site.certificate, flush=True)
    sys.stdin.read()
