"""Photos that strangers send: looked at, bounded, and drawn anew, so that nothing else is kept."""

from io import BytesIO

from PIL import Image, ImageOps

#: Bytes of a photo, photos of an answer, and dots of a photo before it is made smaller.
BIGGEST, MOST, DOTS = 12 * 1024 * 1024, 3, 60_000_000
#: What is read, by what the file is and not by its name; and the longest side that is kept.
FORMATS, SIDE = ("JPEG", "PNG", "WEBP"), 1600


def _(text):
    """Mark a text for translation; who shows it translates it."""
    return text


TOO_BIG = _("The photo is too big: up to 12 MB are taken.")
NO_PHOTO = _("This file is no photo that can be read. Send a JPEG, PNG or WebP.")


class PhotoError(ValueError):
    """A file that is not taken; the first argument is a sentence that says why."""


def clean(data):
    """The photo as JPEG without anything that is not the picture: no place, no device, no more.

    :raises PhotoError: it is too big or no photo
    """
    if len(data) > BIGGEST:
        raise PhotoError(TOO_BIG)
    try:
        picture = Image.open(BytesIO(data), formats=FORMATS)
        if picture.width * picture.height > DOTS:
            raise PhotoError(TOO_BIG)
        picture.draft("RGB", (SIDE, SIDE))
        picture = ImageOps.exif_transpose(picture)
        picture.thumbnail((SIDE, SIDE))
        picture = _opaque(picture)
        # Comments, colour profiles and what else files carry would be written again.
        picture.info = {}
        out = BytesIO()
        picture.save(out, "JPEG", quality=80)
    except PhotoError:
        raise
    except Exception as error:  # PIL says it in many ways
        raise PhotoError(NO_PHOTO) from error
    return out.getvalue()


def _opaque(picture):
    """The picture on white where one sees through it."""
    if picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info:
        picture = picture.convert("RGBA")
        white = Image.new("RGB", picture.size, "white")
        white.paste(picture, mask=picture.getchannel("A"))
        return white
    return picture.convert("RGB")
