"""When an alert fires, whom it keeps waiting, and when it is over.

Hysteresis: it fires at the threshold and is over below a lower one. Patience: what is above must stay there for so
many minutes. Silence: for so many minutes after it was told, it is not told again, however often it comes and goes;
nor while somebody has silenced it. What still stands when the silence ends is told then.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Flag, auto


@dataclass(frozen=True)
class Kind:
    """What is measured, and the limits that an alert of it has at first.

    :param unit: ``usd``, ``count``, ``ms`` or ``minutes``
    :param activity: whether people get an activity; False where they get one from elsewhere
    """

    unit: str
    threshold: float
    clear: float
    minutes: int = 0
    silence: int = 60
    samples: int = 0
    activity: bool = True


@dataclass(frozen=True)
class Measure:
    """What was found.

    :param value: in the unit of its kind
    :param samples: how many things it was taken from; None where that says nothing
    :param words: what it speaks of: names, a place. Shown beside the value
    """

    value: float = 0.0
    samples: int | None = None
    words: str = ""


#: Of a company that nothing was found of.
NOTHING = Measure(samples=0)


@dataclass(frozen=True)
class Limits:
    """Of one alert.

    :param clear: it is over below this
    :param minutes: for which it must be above before it fires
    :param silence: minutes after it was told, for which it is not told again
    :param samples: with fewer there is nothing to judge by, and it is over
    """

    threshold: float
    clear: float
    minutes: int = 0
    silence: int = 0
    samples: int = 0


@dataclass(frozen=True)
class Memory:
    """What is remembered between two looks.

    :param since: when it went above, while it does not fire yet
    :param told: of this firing
    :param told_at: when a firing was last told
    :param silenced_until: until when somebody wants it not to be told
    """

    firing: bool = False
    since: datetime | None = None
    told: bool = False
    told_at: datetime | None = None
    silenced_until: datetime | None = None


class Act(Flag):
    """What is to be done: write that it began, or ended; tell people of it."""

    NONE = 0
    BEGIN = auto()
    END = auto()
    TELL = auto()


def judge(measure: Measure, limits: Limits, memory: Memory, now: datetime) -> tuple[Memory, Act]:
    """Return what is to be remembered and to be done."""
    enough = measure.samples is None or measure.samples >= limits.samples
    if memory.firing:
        if not enough or measure.value < limits.clear:
            told = Act.TELL if memory.told else Act.NONE
            return replace(memory, firing=False, since=None, told=False), Act.END | told
        return _told(limits, memory, now, Act.NONE)
    if not enough or measure.value < limits.threshold:
        return replace(memory, since=None), Act.NONE
    since = memory.since or now
    if now - since < timedelta(minutes=limits.minutes):
        return replace(memory, since=since), Act.NONE
    return _told(limits, replace(memory, firing=True, since=None, told=False), now, Act.BEGIN)


def _told(limits: Limits, memory: Memory, now: datetime, act: Act) -> tuple[Memory, Act]:
    silent = memory.told_at and now < memory.told_at + timedelta(minutes=limits.silence)
    silenced = memory.silenced_until and now < memory.silenced_until
    if memory.told or silent or silenced:
        return memory, act
    return replace(memory, told=True, told_at=now), act | Act.TELL
