"""What a browser sent, as far as it is what it should be. Whoever holds a session may send anything."""


def as_id(value):
    """Return an id that a browser sent; 0, which no record has, for what is none."""
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 < value < 2**31 else 0


def writable(text):
    """Return a text that a browser sent without what no database keeps: NUL, and halves of surrogate pairs."""
    return text.replace("\x00", "").encode("utf-8", "ignore").decode() if isinstance(text, str) else ""


def ids_of(screen):
    """Return the ids of what a browser says is on screen; none of what is none."""
    ids = screen.get("ids")
    return [one for one in ids if as_id(one)] if isinstance(ids, list) else []
