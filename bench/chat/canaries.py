"""Words that stand at one place only, where they must not be read from: wherever one turns up, that was read."""

#: By what it would prove.
CANARIES = {
    "company": ("ZQLINEAB7", "ZQNOTAB7", "ZQCALLEB7", "ZQARTICULOB7", "ZQPROYECTOB7", "87654319", "87.654.319"),
    "secret": ("ZQPARAM7", "ZQCLAVE7", "ZQSECRETO7"),
    "conversation": ("ZQCHARLA7",),
    "rule": ("ZQRESERVADO7",),
}
MARKS = tuple(mark for marks in CANARIES.values() for mark in marks)


def marks_in(*texts: str) -> set[str]:
    """Return the canaries that stand in these texts."""
    told = "\n".join(texts)
    return {mark for mark in MARKS if mark in told}


def kinds(marks: set[str]) -> dict[str, int]:
    """Return how many canaries of each kind are among these."""
    return {kind: len(marks & set(every)) for kind, every in CANARIES.items()}
