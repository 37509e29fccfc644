"""A part of a document: a bag of fields that knows where it stands."""

import re
from collections.abc import Iterable
from typing import ClassVar, NamedTuple

from .field import Field, Flaw, Section, Sections
from .message import Message

#: The namespace of every DTE; suppliers' documents often lack it.
SII = "{http://www.sii.cl/SiiDte}"


class Hit(NamedTuple):
    """What a rule found at one place; the engine completes it with the rule's facts."""

    path: str
    found: object
    expected: object
    why: Message | None
    params: dict
    effect: object | None
    action: object | None
    fix: str | None
    basis: object | None
    field: str


#: Finds a character that no XML text in ISO-8859-1 may hold.
unprintable = re.compile("[^\t\n\r -~\xa0-\xff]").search
#: Matches a text with nothing wrong in its writing: no white space at its ends, all printable.
plain = re.compile(r"[!-~\xa1-\xff](?:[ -~\xa0-\xff]*[!-~\xa1-\xff])?").fullmatch


def printable(character: str) -> bool:
    """Whether an XML text in ISO-8859-1 may hold this character."""
    return not unprintable(character)


class Node:
    """Base of the document's parts. Subclasses declare :class:`Field` and :class:`Section` members.

    :param parent: the node this one stands in; None for the document itself
    :param place: the member of the parent that holds it
    :param index: position among its like, from 1; None where it cannot repeat
    :param present: whether the source carries this part at all
    """

    #: Every member by element name, with and without the SII's namespace; filled per subclass.
    members: ClassVar[dict[str, Field | Section]] = {}
    #: Names of the members that are Sections.
    repeated: ClassVar[frozenset[str]] = frozenset()
    complete = True
    parent: "Node | None" = None
    place: Section | None = None
    unreadable: frozenset[str] | set[str] = frozenset()

    def __init_subclass__(cls):
        cls.members = {}
        for member in vars(cls).values():
            if isinstance(member, (Field, Section)):
                for tag in (member.tag, getattr(member, "boleta", None)):
                    if tag:
                        cls.members[tag] = cls.members[SII + tag] = member
        cls.repeated = frozenset(
            name for name, member in vars(cls).items() if isinstance(member, Sections)
        )

    def __init__(self, parent=None, place=None, index=None, present=True, complete=None):
        self.parent, self.place, self.index, self.present = parent, place, index, present
        if parent is not None:
            self.complete = parent.complete if complete is None else complete
            self.document = parent.document

    # -- filling ---------------------------------------------------------------------------------

    def put(self, **values: object) -> "Node":
        """Set fields from a source that is not XML: ``None`` is *absent*, left out is *unknown*.

        Texts pass the same checks of writing as those of an XML; other values are taken as they are.
        """
        for name, value in values.items():
            member = getattr(type(self), name)
            if isinstance(value, str) and member.parse is None:
                self.put_text(member, value)
            else:
                self.__dict__[name] = value
        return self

    def put_text(self, field: Field, raw: str) -> None:
        """Set one field from its text, noting what is wrong with the writing.

        Text of nothing but white space leaves the field absent.
        """
        text = raw.strip()
        if not text:
            self.flaw("empty", field, raw)
            return
        if field.parse is None:
            if len(text) != len(raw):
                self.flaw("untrimmed", field, raw)
            if field.max and len(raw) > field.max:
                self.flaw("too_long", field, raw)
            if unprintable(raw):
                self.flaw("charset", field, raw)
            value = raw
        else:
            try:
                value = field.parse(text)
            except ValueError:
                self.flaw("malformed", field, raw)
                self.unreadable = {*self.unreadable, field.name}
                return
            if field.exceeds(text, getattr(self.document, "is_export", False)):
                self.flaw("precision", field, raw)
        if field.many:
            self.__dict__[field.name] = (*self.__dict__.get(field.name, ()), value)
        else:
            self.__dict__[field.name] = value

    def flaw(self, kind: str, field: Field, raw: str) -> None:
        self.document.flaws.append(Flaw(kind, self, field, raw))

    # -- reading ---------------------------------------------------------------------------------

    def knows(self, *names: str) -> bool:
        """Whether each of these is known or known to be absent."""
        return all(
            name in self.__dict__ or (self.complete and name not in self.unreadable) for name in names
        )

    def path_of(self, name: str | None = None) -> str:
        """Return the place of a field as people write it: ``Detalle[3]/MontoItem``."""
        parts = []
        if name is not None:
            member = getattr(type(self), name)
            boleta = getattr(member, "boleta", None)
            parts.append(boleta if boleta and self.document.is_boleta else member.tag)
        node = self
        while node.place is not None:
            index = f"[{node.index}]" if node.index else ""
            parts.append(node.place.tag + index)
            node = node.parent
        return "/".join(reversed(parts))

    # -- judging ---------------------------------------------------------------------------------

    def wrong(
        self,
        name: str,
        expected: object = None,
        why: Message | None = None,
        *,
        found: object = None,
        effect: object | None = None,
        action: object | None = None,
        fix: str | None = None,
        basis: object | None = None,
        **params: object,
    ) -> Hit:
        """Say that a field (or, with its name, a section) is not what it should be.

        :param expected: what should stand there, where that can be said
        :param why: a text for this case; the rule's own when left out
        :param found: what to show instead of the field's value
        :param effect: the SII's answer to this case, where it is not the rule's usual one
        :param action: our advice in this case, likewise; a reject blocks when left out
        :param fix: the correction that Odoo can offer in this case, likewise; "" for none
        :param basis: whose word this case is, where it is not the rule's
        :param params: values for the placeholders of the text
        """
        if found is None:
            found = self.__dict__.get(name)
            if isinstance(found, (Node, tuple)):
                found = None
        return Hit(self.path_of(name), found, expected, why, params, effect, action, fix, basis, name)


def number(nodes: Iterable[Node]) -> tuple[Node, ...]:
    """Give nodes that repeat their position, from 1, and return them."""
    nodes = tuple(nodes)
    for index, node in enumerate(nodes, 1):
        node.index = index
    return nodes


__all__ = ["SII", "Hit", "Node", "Sections", "number", "plain", "printable"]
