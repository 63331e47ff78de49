"""Labels: what stands on them, where, and how a printer is told.

``label.py`` says what a label carries and refuses what no GS1 label can carry; ``symbols.py``
makes the bars and squares; ``layout.py`` puts them on a label of a size; ``pdf.py`` and
``zpl.py`` draw the same layout for an office printer and for a label printer.
"""

from .label import Label, LabelError, goods_label, pallet_label
from .layout import SIZES, Style
from .pdf import write_pdf
from .zpl import write_zpl

__all__ = [
    "SIZES",
    "Label",
    "LabelError",
    "Style",
    "goods_label",
    "pallet_label",
    "write_pdf",
    "write_zpl",
]
