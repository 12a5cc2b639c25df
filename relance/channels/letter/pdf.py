"""Sheets as a PDF, by fpdf2: tagged, with title, language, bookmarks and shared fonts.

Reaches into fpdf2 where its public calls are too slow for a batch: the page's content is written here, operator by
operator, and the fonts come ready made. Where fpdf2 changes, the tests of this file say so.
"""

from collections.abc import Sequence
from typing import Any

from fpdf import FPDF
from fpdf.enums import PDFResourceType
from fpdf.outline import OutlineSection
from fpdf.output import OutputProducer, PDFInfo
from fpdf.prefs import ViewerPreferences
from fpdf.syntax import DestinationXYZ

from relance.channels.letter.fonts import BUSY, Typefaces, visible
from relance.channels.letter.ink import Ink
from relance.channels.letter.logo import Logo
from relance.channels.letter.sheet import LogoMark, Node, Sheet
from relance.channels.letter.tags import Element, Tags

LOGO_KEY = "logo-{number}"
CREATOR = "Relance"
NO_DATE: Any = None  # the same letters give the same bytes


class Document:
    """One PDF under construction."""

    def __init__(self, title: str, language: str, faces: Typefaces) -> None:
        self._faces = faces
        self._tags = Tags()
        self._logos: dict[int, tuple[int, Logo]] = {}
        self._part, self._begins = "", False
        self._pdf = _Pdf(format="A4")
        self._pdf.faces, self._pdf.tags = faces, self._tags
        self._pdf.pdf_version = "1.7"
        self._pdf.allow_images_transparency = False
        self._pdf.str_alias_nb_pages = ""
        self._pdf.creation_date = NO_DATE
        self._pdf.set_title(_line(title))
        self._pdf.set_lang(language)
        # Scaled to the paper, the address would leave its window.
        self._pdf.viewer_preferences = ViewerPreferences(display_doc_title=True, print_scaling="None")

    def part(self, name: str) -> None:
        """The part that the next letters stand in; one of no name is none."""
        self._part, self._begins = name, bool(name) and name != self._part

    def add(self, sheets: Sequence[Sheet], *, name: str, language: str, logo: Logo | None, bookmark: bool) -> None:
        """One letter, on pages of its own."""
        name = _line(name)
        part = self._tags.letter(name, language)
        for number, sheet in enumerate(sheets):
            self._pdf.add_page()
            if bookmark and number == 0:
                self._bookmark(name)
            self._write(sheet, part, logo)

    def _bookmark(self, name: str) -> None:
        if self._begins:
            self._outline(_line(self._part), 0)
        self._outline(name, 1 if self._part else 0)

    def _outline(self, name: str, depth: int) -> None:
        target = DestinationXYZ(self._pdf.page, top=self._pdf.h_pt)
        self._pdf._outline.append(OutlineSection(name, depth, self._pdf.page, target))

    def finish(self) -> bytes:
        """The file."""
        with BUSY:
            return bytes(self._pdf.output(output_producer_class=_Producer))

    def _write(self, sheet: Sheet, part: Element, logo: Logo | None) -> None:
        ink = Ink(self._faces)
        if logo and any(isinstance(mark, LogoMark) for node in sheet.nodes for mark in node.marks):
            ink.logo = self._image(logo)
            self._use(PDFResourceType.X_OBJECT, ink.logo)
        ink.artifacts(sheet.artifacts)
        marked: list[Element] = []
        page = self._pdf.pages[self._pdf.page]
        for node in sheet.nodes:
            self._mark(node, part, page, ink, marked)
        for number in ink.fonts:
            self._use(PDFResourceType.FONT, number)
        self._pdf._out(ink.content())
        page.struct_parents = self._tags.page(marked)

    def _mark(self, node: Node, parent: Element, page: Any, ink: Ink, marked: list[Element]) -> None:
        piece = len(marked) if node.marks or not node.kids else None
        element = self._tags.add(node.role, parent, page, piece, _line(node.alt))
        if piece is not None:
            marked.append(element)
            ink.piece(node.role, piece, node.marks)
        for kid in node.kids:
            self._mark(kid, element, page, ink, marked)

    def _use(self, kind: PDFResourceType, number: int) -> None:
        self._pdf._resource_catalog.add(kind, number, self._pdf.page)

    def _image(self, logo: Logo) -> int:
        """The number of a logo in this document."""
        if id(logo) not in self._logos:
            number = len(self._logos) + 1
            image = type(logo.image)(logo.image, i=number, usages=1, iccp_i=None)
            self._pdf.image_cache.images[LOGO_KEY.format(number=number)] = image
            self._logos[id(logo)] = number, logo
        return self._logos[id(logo)][0]


class _Pdf(FPDF):
    """Knows the faces and the tags that the producer writes."""

    faces: Typefaces
    tags: Tags


class _Producer(OutputProducer):
    """Puts the ready fonts and the structure in."""

    fpdf: _Pdf

    def _add_fonts(self, *_resources: Any) -> dict[int, Any]:
        used = self.fpdf._resource_catalog.get_used_resources(PDFResourceType.FONT)
        fonts = {number: face for number, face in self.fpdf.faces.faces.items() if number in used}
        for face in fonts.values():
            for item in face.objects:
                self._add_pdf_obj(item, "fonts")
        return {number: face.objects[0] for number, face in fonts.items()}

    def _add_structure_tree(self) -> Any:
        tags = self.fpdf.tags
        self._add_pdf_obj(tags.root, "structure_tree")
        for element in tags.elements:
            self._add_pdf_obj(element, "structure_tree")
        return tags.root

    def _add_info(self) -> Any:
        info = PDFInfo(self.fpdf.title, None, None, None, CREATOR, None, NO_DATE)
        self._add_pdf_obj(info)
        return info


def _line(text: str) -> str:
    """What the document says of itself: one line, and nothing that UTF-16 can't hold."""
    return " ".join(visible(text).split()) if text else ""
