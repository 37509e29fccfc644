"""When asking again is right: rarely, later, and never where it may be billed twice."""

import random
import threading
from collections.abc import Callable

#: Attempts of one call, the first included.
ATTEMPTS = 3
#: Seconds: the mean of the first pause is half of BASE, and no pause is longer than LONGEST.
BASE, LONGEST = 0.5, 8.0
#: Seconds: a provider that wants a longer pause than this is not asked again by this call.
LONGEST_TOLD = 20.0


class RetryBudget:
    """What this process may spend on asking again, so that a provider in trouble is not asked ever more.

    Each call pays a share of a retry in, each retry takes a whole one out. What a quiet day saved is capped, and is
    not for a provider known to be in trouble: while the breaker is not closed another, smaller purse is used.

    :param share: retries a call pays for. A new process begins with ``loan`` of them, so 9 % keeps the promise of
        10 % from the 200th call on
    :param troubled_share: the same while the breaker is not closed; that purse begins empty
    """

    def __init__(self, share: float = 0.09, troubled_share: float = 0.02, loan: float = 2.0, most: float = 10.0):
        self._lock = threading.Lock()
        self._share = {True: share, False: troubled_share}
        self._purse = {True: loan, False: 0.0}
        self._most = most

    def called(self, breaker_closed: bool = True) -> None:
        """Count a call."""
        with self._lock:
            purse = self._purse[breaker_closed] + self._share[breaker_closed]
            self._purse[breaker_closed] = min(self._most, purse)

    def take(self, breaker_closed: bool = True) -> bool:
        """Return whether a retry may be made, and count it."""
        with self._lock:
            # The shares are no binary fractions: 50 times 0.02 must be worth one retry.
            if self._purse[breaker_closed] < 1 - 1e-9:
                return False
            self._purse[breaker_closed] -= 1
            return True


def pause(
    attempt: int, told: float | None, left: float, jitter: Callable[[float, float], float] = random.uniform
) -> float | None:
    """Return the seconds to wait before asking again; None: don't.

    The wait doubles and is drawn at random from nothing to its full length, so that workers that failed together do
    not come back together. Where the provider said when to come back we come neither earlier, nor much later, nor at
    all if that is further than LONGEST_TOLD or than the deadline.

    :param attempt: how many were made
    :param told: seconds the provider wants us to wait, None where it said nothing
    :param left: seconds until the deadline
    """
    if attempt >= ATTEMPTS:
        return None
    seconds = jitter(0.0, min(LONGEST, BASE * 2 ** (attempt - 1)))
    if told is not None:
        if told > LONGEST_TOLD:
            return None
        seconds = min(told + seconds / 2, LONGEST_TOLD)
    return seconds if seconds < left else None
