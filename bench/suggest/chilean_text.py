"""How Chilean suppliers write a line: abbreviated, in capitals, without accents, with slips and numbers of papers."""

import random
import string
from dataclasses import dataclass

from .chilean_words import SHORT
from .chilean_world import Project, Supplier
from .rows import plain

MONTHS = ("enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre",
          "noviembre", "diciembre")  # fmt: skip
#: Shares of lines that are in capitals, lack accents, are abbreviated, have a slip of the pen, refer to a paper.
CAPITALS, BARE, SHORTENED, SLIPPED, PAPERS = 0.45, 0.6, 0.35, 0.06, 0.3


@dataclass(frozen=True)
class Marks:
    """What the supplier writes of where its bill goes."""

    project: Project | None = None
    client: str = ""
    order: str = ""
    plate: str = ""


def line(rng: random.Random, supplier: Supplier, good: str, marks: Marks, day) -> str:
    """Return the text of a line."""
    written = good.format(
        v=supplier.name.split(" ")[0], m=_month(rng, day), c=marks.client or "s/n", t=marks.plate, k=rng.randint(1, 30))
    if marks.client and marks.client not in written:
        written += f" cliente {marks.client}"
    if marks.plate and marks.plate not in written:
        written += f" {marks.plate}"
    if marks.project:
        written += " " + _place(rng, marks.project)
    if marks.order and rng.random() < 0.5:
        written += rng.choice((" OC {o}", " s/OC {o}", " O/C N°{o}")).format(o=marks.order)
    if rng.random() < PAPERS:
        number = rng.randrange(1000, 99999)
        written += rng.choice((" S/GUIA {n}", " guía {n}", " G/D {n}", " vale {n}")).format(n=number)
    return _as_typed(rng, written.strip())


def _month(rng, day) -> str:
    return rng.choice((f"{day:%m/%Y}", f"{MONTHS[day.month - 1]} {day.year}", f"{MONTHS[day.month - 1][:3]}-{day:%y}"))


def _place(rng: random.Random, project: Project) -> str:
    """Return how a supplier names a project: its name, its address, its code."""
    if not project.address:
        return rng.choice((project.name, f"cc {project.code}"))
    return rng.choices(
        (f"obra {project.name}", project.name, f"{project.kind} {project.name}", f"{project.name} {project.commune}",
         f"despacho {project.address}", f"{project.address} {project.commune}", f"cod. {project.code}"),
        (5, 4, 4, 2, 2, 1, 2),
    )[0]  # fmt: skip


def _as_typed(rng: random.Random, written: str) -> str:
    if rng.random() < SHORTENED:
        written = " ".join(SHORT.get(word.lower(), word) for word in written.split(" "))
    if rng.random() < SLIPPED:
        written = _slip(rng, written)
    if rng.random() < BARE:
        written = _bare(written)
    return written.upper() if rng.random() < CAPITALS else written


def _slip(rng: random.Random, written: str) -> str:
    """Drop, double or swap a letter of a longer word."""
    places = [n for n in range(1, len(written) - 2) if written[n - 1 : n + 2].isalpha()]
    if not places:
        return written
    n = rng.choice(places)
    two = written[n : n + 2]
    return written[:n] + rng.choice((two[1], two[0] + two, two[::-1])) + written[n + 2 :]


def _bare(written: str) -> str:
    """Return it without accents, capitals kept."""
    return "".join(plain(char) if char.islower() else plain(char).upper() for char in written)


def reference(rng: random.Random) -> str:
    """Return the folio of a bill."""
    return f"F{rng.randrange(1, 999_999):06d}"


def plate(rng: random.Random) -> str:
    letters = [letter for letter in string.ascii_uppercase if letter not in "AEIOUMNQ"]
    return "".join(rng.choices(letters, k=4)) + str(rng.randrange(10, 99))
