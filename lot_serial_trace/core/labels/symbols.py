"""Two-dimensional symbols, as rows of dark and light modules.

``pystrich`` (Apache-2.0) makes them. Of what was looked at for GS1 DataMatrix, reportlab has one
size and no FNC1, ``ppf-datamatrix`` no FNC1, and ``treepoem`` needs Ghostscript.
"""

from pystrich.datamatrix import FNC1, DataMatrixData, DataMatrixEncoder
from pystrich.qrcode import QRCodeEncoder

from ..gs1.tables import GS


def gs1_datamatrix(element_string):
    """A GS1 DataMatrix: FNC1 in first position and between fields.

    :return: list of rows of booleans, without quiet zone
    """
    segments = [FNC1]
    for index, part in enumerate(element_string.split(GS)):
        segments += [FNC1, part] if index else [part]
    return _datamatrix(DataMatrixData(*segments, encoding="ascii"))


def plain_datamatrix(text):
    """A Data Matrix that is not for GS1: any text."""
    return _datamatrix(DataMatrixData(text, auto_encoding=True))


def _datamatrix(data):
    return _rows(DataMatrixEncoder(data, quiet_zone=0).init_renderer().matrix)


def qr_code(text):
    """A QR code with error correction M, for links."""
    return _rows(QRCodeEncoder(text).matrix)


def _rows(matrix):
    return [[bool(module) for module in row] for row in matrix]
