"""Unit codes of notices: UNECE Recommendation 20 and, for packagings, 21.

Peppol and many others put an ``X`` before the packaging codes; both spellings are met.
"""

#: Codes that count single pieces, with what senders use by habit.
PIECES = {"C62", "EA", "H87", "NAR", "NIU", "NMP", "PCE", "PCS", "PC", "ST", "XPP"}

#: Measures -> external ids of the units that every Odoo database has.
UOM_XMLIDS = {
    "DZN": "uom.product_uom_dozen",
    "KGM": "uom.product_uom_kgm",
    "KG": "uom.product_uom_kgm",
    "GRM": "uom.product_uom_gram",
    "TNE": "uom.product_uom_ton",
    "LBR": "uom.product_uom_lb",
    "ONZ": "uom.product_uom_oz",
    "LTR": "uom.product_uom_litre",
    "MLT": "uom.product_uom_milliliter",
    "MTQ": "uom.product_uom_cubic_meter",
    "OZA": "uom.product_uom_floz",
    "QTL": "uom.product_uom_qt",
    "GLL": "uom.product_uom_gal",
    "INQ": "uom.product_uom_cubic_inch",
    "FTQ": "uom.product_uom_cubic_foot",
    "MMT": "uom.product_uom_millimeter",
    "CMT": "uom.product_uom_cm",
    "MTR": "uom.product_uom_meter",
    "KMT": "uom.product_uom_km",
    "INH": "uom.product_uom_inch",
    "FOT": "uom.product_uom_foot",
    "YRD": "uom.product_uom_yard",
    "SMI": "uom.product_uom_mile",
    "MTK": "uom.product_uom_square_meter",
    "FTK": "uom.product_uom_square_foot",
}

#: Codes of ANSI X12 (element 355) that mean something else, or nothing, in UNECE's lists.
_X12 = {
    "UN": "C62",
    "PC": "PCE",
    "PCS": "PCE",
    "EACH": "EA",
    "CA": "XCS",  # case; UNECE's CA is a can
    "CS": "XCS",
    "CT": "XCT",
    "CN": "XCX",  # can
    "BX": "XBX",
    "BG": "XBG",
    "BO": "XBO",
    "BD": "XBE",
    "JR": "XJR",
    "TB": "XTB",
    "TU": "XTU",
    "RL": "XRO",
    "DR": "XDR",
    "PK": "XPK",
    "PL": "XPX",
    "PF": "XPX",
    "TY": "XPU",
    "VI": "XVI",
    "SP": "XPX",
    "ST": "SET",
    "DZ": "DZN",
    "LB": "LBR",
    "OZ": "ONZ",
    "KG": "KGM",
    "GR": "GRM",
    "ME": "MGM",
    "TN": "STN",
    "MP": "TNE",
    "LT": "LTR",
    "ML": "MLT",
    "GA": "GLL",
    "QT": "QTL",
    "FO": "OZA",
    "CR": "MTQ",
    "CF": "FTQ",
    "CI": "INQ",
    "MR": "MTR",
    "LM": "MTR",
    "CM": "CMT",
    "MM": "MMT",
    "FT": "FOT",
    "LF": "FOT",
    "IN": "INH",
    "YD": "YRD",
    "SF": "FTK",
    "SM": "MTK",
}


def from_x12(code):
    """The UNECE code of an X12 unit of measure; unknown ones are left as they are.

    >>> from_x12("LB"), from_x12("EA"), is_packaging(from_x12("CA"))
    ('LBR', 'EA', True)
    """
    return _X12.get(code, code)


#: Packaging codes that are met without the ``X``.
_PACKAGINGS = {
    "BA", "BE", "BG", "BO", "BX", "CA", "CG", "CR", "CS", "CT", "DR", "JR", "PA", "PF", "PK",
    "PX", "RO", "SA", "TB", "TU", "TY",
}  # fmt: skip


def is_packaging(code):
    """Whether a unit code means a packaging, whose content the code does not tell.

    >>> is_packaging("XCS"), is_packaging("CS"), is_packaging("KGM")
    (True, True, False)
    """
    return code in _PACKAGINGS or (len(code) == 3 and code[0] == "X" and code not in PIECES)
