"""Which sets there are, by name, so that a program elsewhere makes the very same rows from name and seed."""

import random

from . import chilean, controls, payments
from .rows import Material

#: Lines asked about where the later period has more, by lot.
ASKED = 1500


def names() -> list[str]:
    """Return the sets that quality is measured on; without the shared data only our own."""
    public = [material.name for material in payments.materials()]
    return ["chilean small", "chilean big", "chilean big account", *public]


def load(name: str, seed: int) -> Material:
    """Return a set, or with ``, shuffled`` and ``, by lot within suppliers`` a control made of it."""
    base, _comma, control = name.partition(", ")
    material = _base(base, seed)
    if control:
        return (controls.shuffled if control == "shuffled" else controls.within_vendor)(material, seed)
    return material


def _base(name: str, seed: int) -> Material:
    if name.startswith("lines "):
        return _of_one_company(int(name.split(" ")[1]), seed)
    if name.startswith("chilean"):
        _chilean, size, *target = name.split(" ")
        material = chilean.material(size, seed)
        return material.about(target[0]) if target else material
    return next(material for material in payments.materials() if material.name == name)


def _of_one_company(lines: int, seed: int) -> Material:
    """Return so many lines of history of one company, and what is asked about; the more, the larger it is."""
    size = (lines / 67_000) ** 0.5
    rows, ended = chilean.made(seed, round(lines * 1.05), 1, round(24 * size), round(350 * size))
    return Material(f"lines {lines}", rows, lines, ended=ended)


def asked(material: Material, seed: int, most: int = ASKED) -> list[int]:
    """Return which rows of the later period are asked about, in their order."""
    later = range(material.cut, len(material.rows))
    return sorted(random.Random(f"asked {seed}").sample(later, min(most, len(later))))
