"""The letterhead's picture: checked, made flat and small enough for paper, once for all letters that bear it."""

from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from typing import Any

from relance.channels.letter.values import LetterError, LetterFault

LARGEST_FILE = 10_000_000  # bytes
LARGEST_PICTURE = 40_000_000  # pixels: a small file can claim far more
PRINTED = (1000, 600)  # pixels: 300 dpi and more for the size at which it is printed
HEAVY = 150_000  # bytes without loss: past them it is a photograph, which JPEG keeps as well


@dataclass(frozen=True, eq=False)
class Logo:
    """A picture that can be embedded as it is."""

    width: int  # pixels
    height: int
    image: Any  # what fpdf2 made of it

    def fitted(self, width: float, height: float) -> tuple[float, float]:
        """Its size within a box, its proportions kept."""
        scale = min(width / self.width, height / self.height)
        return self.width * scale, self.height * scale


@lru_cache(maxsize=8)
def read_logo(content: bytes) -> Logo:
    """The picture of a PNG or JPEG file; LetterError where it is none."""
    from fpdf.image_parsing import get_img_info
    from PIL import Image, UnidentifiedImageError

    if len(content) > LARGEST_FILE:
        raise LetterError(LetterFault.LOGO_TOO_LARGE, str(len(content)))
    try:
        picture = Image.open(BytesIO(content), formats=("PNG", "JPEG"))
        if picture.width * picture.height > LARGEST_PICTURE:
            raise LetterError(LetterFault.LOGO_TOO_LARGE, f"{picture.width}x{picture.height}")
        flat = _flat(picture)
    except (UnidentifiedImageError, Image.DecompressionBombError) as error:
        raise LetterError(LetterFault.BAD_LOGO) from error
    except (OSError, ValueError, SyntaxError, IndexError, EOFError) as error:  # Pillow's answers to broken files
        raise LetterError(LetterFault.BAD_LOGO, type(error).__name__) from error
    image: Any = get_img_info("logo", flat)
    if len(image["data"]) > HEAVY:
        image = get_img_info("logo", _jpeg(flat))
    return Logo(flat.width, flat.height, image)


def _flat(picture: Any) -> Any:
    """Upright, on white, in RGB: printers need no transparency for it."""
    from PIL import Image, ImageOps

    picture = ImageOps.exif_transpose(picture)
    picture.thumbnail(PRINTED, Image.Resampling.LANCZOS)
    if picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info:
        coloured = picture.convert("RGBA")
        picture = Image.new("RGBA", coloured.size, "white")
        picture.alpha_composite(coloured)
    return picture.convert("RGB")


def _jpeg(picture: Any) -> BytesIO:
    file = BytesIO()
    picture.save(file, "JPEG", quality=88)
    return file
