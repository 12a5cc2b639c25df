"""The structure of a PDF: which marked piece of which page is a paragraph, a heading, a cell, a figure."""

from typing import Any

from fpdf.syntax import PDFObject, PDFString

from relance.channels.letter.sheet import Role

_EXTRA = {Role.COLUMN_HEADING: "/A<</O/Table/Scope/Column>>"}


class Element:
    """One structure element: its kids are elements, or the number of a marked piece of its page."""

    __slots__ = ("id", "kind", "parent", "kids", "page", "piece", "extra")

    def __init__(self, kind: str, parent: Any, *, page: Any = None, piece: int | None = None, extra: str = "") -> None:
        self.id = 0  # given when the document is written
        self.kind = kind
        self.parent = parent
        self.kids: list[Element] = []
        self.page = page
        self.piece = piece
        self.extra = extra

    def serialize(self, _security_handler: Any = None) -> str:
        """As fpdf2 asks it of every object of a file."""
        kids = " ".join([f"{kid.id} 0 R" for kid in self.kids])
        if self.piece is not None:
            kids = f"{self.piece} {kids}" if kids else str(self.piece)
        page = f"/Pg {self.page.id} 0 R" if self.page is not None else ""
        return f"{self.id} 0 obj\n<</S/{self.kind}/P {self.parent.id} 0 R{page}/K[{kids}]{self.extra}>>\nendobj"


class Tags:
    """The structure tree of a document, filled page by page."""

    def __init__(self) -> None:
        self.root = _Root()
        self.document = Element("Document", self.root)
        self.root.document = self.document
        self.elements: list[Any] = [self.document]

    def letter(self, title: str, language: str) -> Element:
        """The part of the tree that holds one letter."""
        extra = f"/T {_string(title)}/Lang {_string(language)}"
        return self._add(Element("Part", self.document, extra=extra))

    def add(self, role: Role, parent: Element, page: Any, piece: int | None, alt: str) -> Element:
        """A piece of a page; `piece` is None where it is made of other pieces alone."""
        extra = _EXTRA.get(role, "") + (f"/Alt {_string(alt)}" if alt else "")
        return self._add(Element(role, parent, page=page, piece=piece, extra=extra))

    def page(self, marked: list[Element]) -> int:
        """Registers a page by the elements of its pieces in order; its number in the tree."""
        self.root.pages.append(marked)
        return len(self.root.pages) - 1

    def _add(self, element: Element) -> Element:
        element.parent.kids.append(element)
        self.elements.append(element)
        return element


class _Root(PDFObject):
    """The tree's root, with the way back from each piece of each page to its element."""

    def __init__(self) -> None:
        super().__init__()
        self.document: Element | None = None
        self.pages: list[list[Element]] = []

    def serialize(self, obj_dict: Any = None, _security_handler: Any = None) -> str:
        pages = "\n".join(
            f"{number}[{' '.join([f'{element.id} 0 R' for element in marked])}]"
            for number, marked in enumerate(self.pages)
        )
        kid = self.document.id if self.document else 0
        return (
            f"{self.id} 0 obj\n<</Type/StructTreeRoot/K[{kid} 0 R]/ParentTreeNextKey {len(self.pages)}"
            f"/ParentTree<</Nums[{pages}]>>>>\nendobj"
        )


def _string(text: str) -> str:
    return str(PDFString(text).serialize())
