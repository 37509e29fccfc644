"""A synthetic Chilean set: lines of vendor bills of some companies in the order they were posted, from a seed.

What decides where a line goes is one of ``WAYS``. Where nothing that is written tells, nobody can know, and who
suggests should say so. All parties, projects and numbers are invented.
"""

import datetime
import random
from collections.abc import Callable

from . import chilean_text as text
from .chilean_words import ACCOUNTS
from .chilean_world import FIRST, Client, Company, Project, Supplier, company_of
from .rows import Material, Row, cut_at

MONTHS, TEST_MONTHS = 26, 2
#: Lines, companies, projects open at once and suppliers of each company.
SIZES = {"small": (8_000, 2, 9, 45), "big": (67_000, 3, 22, 170)}
#: Shares of lines: booked on another open project by a slip that nobody saw; booked elsewhere first and set right;
#: on a project within ``LATE_DAYS`` after its end; with another account of the trade.
SLIP, CORRECTED, LATE, OTHER_ACCOUNT, LATE_DAYS = 0.015, 0.04, 0.02, 0.03, 45
#: Share of bills of a project that does not usually buy there; how much more the best customer buys than the next.
STRANGERS, STEEPNESS = 0.12, 1.2
#: Share of lines of a supplier that names projects which do name it.
NAMES_IT = 0.88

#: A way: from (rng, company, supplier, day) to (label, what the text is given to tell it by, nature).
Decided = tuple[str, text.Marks, str]
WAYS: dict[str, Callable[[random.Random, Company, Supplier, datetime.date], Decided]] = {}


def material(size: str, seed: int) -> Material:
    """Return the set by its name; the last months are what is asked about."""
    lines, companies, at_once, suppliers = SIZES[size]
    rows, ended = made(seed, lines, companies, at_once, suppliers)
    day = month_start(MONTHS - TEST_MONTHS)
    return Material(f"chilean {size}", rows, cut_at(rows, day), ended=ended)


def made(seed: int, lines: int, companies: int, at_once: int, suppliers: int):
    """Return (rows in time order, {project: its last day})."""
    rng = random.Random(f"chilean {seed} {lines} {companies}")
    world = [company_of(rng, number, MONTHS, at_once, suppliers) for number in range(1, companies + 1)]
    rows: list[Row] = []
    for month in range(MONTHS):
        # Business grows: the last month has about one and a half times the bills of the first.
        wanted = lines * (month + 1) // MONTHS if month == MONTHS - 1 else round(lines * _grown(month + 1))
        rows += _month(rng, world, month, wanted - len(rows), len(rows))
    ended = {p.id: p.end for company in world for p in company.projects if p.end}
    return rows, ended


def _grown(month: int) -> float:
    share = month / MONTHS
    return share * (0.8 + 0.2 * share)


def month_start(month: int) -> datetime.date:
    return datetime.date(FIRST.year + month // 12, month % 12 + 1, 1)


def _month(rng, world, month, wanted, before) -> list[Row]:
    """Return the month's lines, by day."""
    first, days = month_start(month), (month_start(month + 1) - month_start(month)).days
    sizes, left = [], wanted
    while left > 0:
        sizes.append(min(left, rng.choices((1, 2, 3, 4, 6), (40, 25, 15, 12, 8))[0]))
        left -= sizes[-1]
    dates = sorted(first + datetime.timedelta(days=rng.randrange(days)) for _ in sizes)
    rows: list[Row] = []
    for day, size in zip(dates, sizes, strict=True):
        company = rng.choice(world)
        rows += _bill(rng, company, day, size, before + len(rows) + 1)
    return rows


def _bill(rng, company: Company, day, size: int, number: int) -> list[Row]:
    """Return the lines of one bill: nearly always of one project."""
    supplier = rng.choices(company.suppliers, [each.weight for each in company.suppliers])[0]
    reference, rows = text.reference(rng), []
    decided = WAYS[supplier.way](rng, company, supplier, day)
    for _ in range(size):
        if rng.random() < 0.08:
            decided = WAYS[supplier.way](rng, company, supplier, day)
        rows.append(_line(rng, company, supplier, day, decided, reference, number))
    return rows


def _line(rng, company, supplier, day, decided: Decided, reference: str, number: int) -> Row:
    label, marks, nature = decided
    good = rng.choice(supplier.trade.goods)
    if supplier.way == "goods" and not marks.project:
        # What is bought decides: the same good always goes to the same cost centre of a company.
        place = (supplier.trade.goods.index(good) + company.id) % len(company.centres)
        label = company.centres[place].label
    if nature not in ("silent", "late") and rng.random() < SLIP:
        label, nature = rng.choice(company.open_on(day)).label, "slip"
    account = good[2]
    if rng.random() < OTHER_ACCOUNT:
        account = rng.choice(supplier.trade.goods)[2]
    low, high = supplier.trade.amounts
    return Row(
        company.id, day, supplier.rut, supplier.name, text.line(rng, supplier, good[0], marks, day), label,
        ACCOUNTS[account], good[1], reference, marks.order, round(low * (high / low) ** rng.random()), number, nature,
        corrected=nature != "slip" and rng.random() < CORRECTED,
    )  # fmt: skip


def way(function):
    WAYS[function.__name__.strip("_")] = function
    return function


def _running(rng, company: Company, supplier: Supplier, day) -> Project:
    """Return a project that buys of the supplier on that day: mostly of the teams that always do."""
    projects = company.open_on(day) or company.centres
    if rng.random() < STRANGERS:
        return rng.choice(projects)
    weights = {lane: 1 / place**STEEPNESS for place, lane in enumerate(supplier.lanes, 1)}
    usual = [project for project in projects if project.lane in weights] or projects
    return rng.choices(usual, [weights.get(project.lane, 1) for project in usual])[0]


@way
def _named(rng, company, supplier, day) -> Decided:
    """It serves many projects, and mostly writes which."""
    project, nature = _running(rng, company, supplier, day), "named"
    if rng.random() < LATE:
        ended = [p for p in company.projects if p.end and 0 < (day - p.end).days <= LATE_DAYS]
        project, nature = (rng.choice(ended), "late") if ended else (project, nature)
    if nature == "late" or rng.random() < NAMES_IT:
        return project.label, text.Marks(project=project), nature
    return project.label, text.Marks(), "silent"


@way
def _silent(rng, company, supplier, day) -> Decided:
    """It serves many projects, and nothing it writes tells which."""
    return _running(rng, company, supplier, day).label, text.Marks(), "silent"


@way
def _habit(rng, company, supplier, day) -> Decided:
    """Nothing it writes tells, but it serves one project for some time, and then another."""
    if not supplier.current or not supplier.current.open_on(day) or rng.random() < 0.02:
        supplier.current = _running(rng, company, supplier, day)
    if rng.random() < 0.15:
        return _running(rng, company, supplier, day).label, text.Marks(), "silent"
    return supplier.current.label, text.Marks(), "habit"


@way
def _single(rng, company, supplier, day) -> Decided:
    """It serves one project to its end, or a cost centre, and then perhaps the next."""
    if not supplier.current or not supplier.current.open_on(day):
        centre = rng.random() < 0.2
        supplier.current = rng.choice(company.centres) if centre else _running(rng, company, supplier, day)
    told = rng.random() < 0.3
    return supplier.current.label, text.Marks(project=supplier.current if told else None), "single"


@way
def _goods(rng, company, supplier, day) -> Decided:
    """What is bought decides; now and then it is for a project that is named."""
    if rng.random() < 0.25:
        project = _running(rng, company, supplier, day)
        return project.label, text.Marks(project=project), "named"
    return company.centres[0].label, text.Marks(), "goods"


@way
def _client(rng, company, supplier, day, split=False) -> Decided:
    """Its number of the meter, line or contract decides; each project has some."""
    known = [client for client in supplier.clients if client.open_on(day)]
    if not known or (len(known) < 12 and rng.random() < 0.1):
        supplier.clients.append(_new_client(rng, company, supplier, day, split))
        known.append(supplier.clients[-1])
    client = rng.choice(known)
    return client.label, text.Marks(client=client.number), "split" if len(client.projects) > 1 else "client"


@way
def _split(rng, company, supplier, day) -> Decided:
    """Some of its numbers stand for two projects, or a project and a cost centre, that share the bill."""
    return _client(rng, company, supplier, day, split=rng.random() < 0.6)


def _new_client(rng, company, supplier, day, split) -> Client:
    number = f"{rng.randrange(100_000, 9_999_999)}-{rng.randrange(10)}"
    first = rng.choice(company.centres[:3]) if rng.random() < 0.25 else _running(rng, company, supplier, day)
    if split:
        share = rng.choice((50, 60, 70, 75, 80))
        other = rng.choice([place for place in (*company.open_on(day), *company.centres[:3]) if place is not first])
        return Client(number, (first, other), (share, 100 - share))
    return Client(number, (first,))


@way
def _order(rng, company, supplier, day) -> Decided:
    """The purchase order decides: it is of one project, and some bills refer to it."""
    known = [order for order in supplier.clients if order.open_on(day)]
    if not known or rng.random() < 0.12:
        number, project = f"45{rng.randrange(10_000, 99_999)}", _running(rng, company, supplier, day)
        supplier.clients.append(Client(number, (project,), left=rng.randint(2, 14)))
        known.append(supplier.clients[-1])
    order = rng.choice(known)
    order.left -= 1
    told = order.projects[0] if rng.random() < 0.35 else None
    return order.label, text.Marks(project=told, order=order.number), "order"


@way
def _plate(rng, company, supplier, day) -> Decided:
    """The lorry's number plate decides; a lorry stays with a project to its end."""
    known = [lorry for lorry in company.lorries if lorry.open_on(day)]
    if len(known) < 10:
        company.lorries.append(Client(text.plate(rng), (_running(rng, company, supplier, day),)))
        known.append(company.lorries[-1])
    lorry = rng.choice(known)
    return lorry.label, text.Marks(plate=lorry.number), "plate"
