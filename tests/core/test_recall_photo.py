from io import BytesIO

import pytest
from PIL import Image

from lot_serial_trace.core.recall import photo


def picture(size=(40, 30), form="JPEG", mode="RGB", **more):
    out = BytesIO()
    Image.new(mode, size, "red" if mode != "LA" else 100).save(out, form, **more)
    return out.getvalue()


def opened(data):
    return Image.open(BytesIO(data))


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_photos_become_jpeg(form):
    made = opened(photo.clean(picture(form=form)))
    assert (made.format, made.size) == ("JPEG", (40, 30))


def test_nothing_but_the_picture_is_kept():
    exif = Image.Exif()
    exif[0x010F] = "SecretPhone"
    exif[0x0112] = 6
    made = photo.clean(picture(exif=exif, comment=b"SecretComment"))
    assert b"Secret" not in made
    assert opened(made).size == (30, 40), "turned as the camera was held"
    assert not opened(made).getexif()


def test_bytes_behind_the_picture_are_gone():
    assert b"<script" not in photo.clean(picture(form="PNG") + b"<script>alert(1)</script>")


def test_big_ones_become_smaller():
    assert max(opened(photo.clean(picture((4000, 3000)))).size) == photo.SIDE


def test_one_sees_white_where_there_was_nothing():
    out = BytesIO()
    Image.new("RGBA", (4, 4), (255, 0, 0, 0)).save(out, "PNG")
    assert min(opened(photo.clean(out.getvalue())).getpixel((1, 1))) > 250


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"no photo",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"%PDF-1.7",
        picture()[:200],
        b"GIF89a" + bytes(30),
    ],
)
def test_what_is_no_photo(data):
    with pytest.raises(photo.PhotoError) as error:
        photo.clean(data)
    assert error.value.args[0] == photo.NO_PHOTO


def test_other_formats_are_not_opened():
    with pytest.raises(photo.PhotoError):
        photo.clean(picture(form="TIFF"))


def test_too_big():
    for data in (bytes(photo.BIGGEST + 1), picture((9000, 7000), "PNG")):
        with pytest.raises(photo.PhotoError) as error:
            photo.clean(data)
        assert error.value.args[0] == photo.TOO_BIG
