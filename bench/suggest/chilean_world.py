"""The companies of the synthetic Chilean set: projects that come and go, suppliers, and what these know of projects."""

import datetime
import itertools
import random
from dataclasses import dataclass, field

from .chilean_words import CENTRES, COMMUNES, FAMILY, KINDS, NAMES, PLACES, STREETS, SUFFIX, TRADES, Trade

FIRST = datetime.date(2023, 1, 1)


@dataclass
class Project:
    """A project, or a cost centre, which has no end.

    :param id: of the analytic account
    :param lane: the team that builds one project after the other, and stays with its suppliers
    """

    id: int
    name: str
    kind: str
    start: datetime.date
    end: datetime.date | None
    address: str
    commune: str
    code: str
    lane: int = 0

    @property
    def label(self) -> str:
        return f"{self.id}:100"

    def open_on(self, day: datetime.date) -> bool:
        return self.start <= day and (self.end is None or day <= self.end)


@dataclass
class Client:
    """A number by which a supplier knows a meter, a contract, a line, an order or a lorry, and whose it is."""

    number: str
    projects: tuple[Project, ...]
    shares: tuple[int, ...] = (100,)
    left: int = 10**9

    @property
    def label(self) -> str:
        pairs = sorted((project.id, share) for project, share in zip(self.projects, self.shares, strict=True))
        return ";".join(f"{number}:{share}" for number, share in pairs)

    def open_on(self, day: datetime.date) -> bool:
        return self.left > 0 and all(project.open_on(day) for project in self.projects)


@dataclass
class Supplier:
    """:param way: what decides where its bills go, see ``chilean.WAYS``
    :param lanes: the teams that buy of it, the best customer first
    """

    rut: str
    name: str
    trade: Trade
    way: str
    weight: float
    lanes: list[int]
    clients: list[Client] = field(default_factory=list)
    current: Project | None = None


@dataclass
class Company:
    id: int
    projects: list[Project]
    centres: list[Project]
    suppliers: list[Supplier]
    lorries: list[Client] = field(default_factory=list)

    def open_on(self, day: datetime.date) -> list[Project]:
        return [project for project in self.projects if project.open_on(day)]


def rut(body: int) -> str:
    """Return a RUT with its check digit."""
    total = sum(int(digit) * (2 + place % 6) for place, digit in enumerate(reversed(str(body))))
    return f"{body}-{'0K987654321'[total % 11]}"


def company_of(rng: random.Random, number: int, months: int, at_once: int, suppliers: int) -> Company:
    """Make a company.

    :param at_once: about how many projects are open at any time
    :param suppliers: how many
    """
    kind = list(KINDS)[number % len(KINDS)]
    centres = [
        Project(number * 1000 + n, name, "centro", FIRST, None, "", "", f"CC{number}{n:02d}")
        for n, name in enumerate(CENTRES, 1)
    ]
    projects = _projects(rng, number * 1000 + 100, kind, months, at_once)
    firms = [_supplier(rng, number, n, at_once) for n in range(suppliers)]
    return Company(number, projects, centres, firms)


def _projects(rng: random.Random, first_id: int, kind: str, months: int, at_once: int) -> list[Project]:
    """Return projects in so many lanes: in each one follows the other, some weeks later."""
    names, made, ids = _names(rng), [], itertools.count(first_id)
    last = FIRST + datetime.timedelta(days=31 * months)
    for lane in range(at_once):
        start = FIRST - datetime.timedelta(days=rng.randrange(400))
        while start <= last:
            end = start + datetime.timedelta(days=rng.randrange(150, 900))
            if end >= FIRST:
                made.append(_project(rng, next(ids), next(names), kind, start, end if end <= last else None, lane))
            start = end + datetime.timedelta(days=rng.randrange(5, 60))
    return made


def _names(rng: random.Random):
    """Yield names; when all are used up they come again as second stages, easily mistaken for the first."""
    for stage in itertools.count(1):
        for name in rng.sample(NAMES, len(NAMES)):
            yield name if stage == 1 else f"{name} {'I' * stage if stage < 4 else stage}"


def _project(rng, number, name, kind, start, end, lane) -> Project:
    address = f"{rng.choice(STREETS)} {rng.randrange(100, 9999)}"
    return Project(
        number, name, rng.choice(KINDS[kind]), start, end, address, rng.choice(COMMUNES),
        f"{kind[0].upper()}-{rng.randrange(100, 999)}{rng.randrange(10)}", lane,
    )  # fmt: skip


def _supplier(rng: random.Random, company: int, n: int, at_once: int) -> Supplier:
    # Every trade is there before chance decides, so that small companies have light and water too.
    trades = list(TRADES.values())
    trade = trades[n] if n < len(trades) else rng.choices(trades, [each.weight for each in trades])[0]
    name = rng.choice(trade.names).format(p=rng.choice(PLACES), f=rng.choice(FAMILY)) + " " + rng.choice(SUFFIX)
    way = rng.choices(list(trade.ways), list(trade.ways.values()))[0]
    # A few suppliers write most of the bills.
    weight = trade.weight * rng.paretovariate(1.1)
    number = 76_000_000 + company * 900_000 + 61 * n + rng.randrange(60)
    lanes = rng.sample(range(at_once), rng.randint(2, min(6, at_once)))
    return Supplier(rut(number), name, trade, way, min(weight, 60), lanes)
