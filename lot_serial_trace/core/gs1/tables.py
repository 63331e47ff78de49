"""What both readers, Python's and the browser's, know besides the GS1 Syntax Dictionary.

``tools/gs1_table.py`` writes these tables and the sentences of ``messages.py``
into ``static/src/gs1/gs1_table.js``: change them here, then run the tool.
"""

#: Longest text that is looked at. The largest 2D symbol holds 4,296 characters.
MAX_LENGTH = 4296

#: The separator that a scanner sends for FNC1.
GS = "\x1d"

#: Line ends, blanks, NUL, STX and ETX around the data.
FRAME = " \t\r\n\0\x02\x03"

#: The header of ISO/IEC 15434 format 05, "data with GS1 application identifiers", and what
#: ends it.
ENVELOPE = "[)>\x1e05\x1d"
ENVELOPE_END = "\x1e\x04"

#: GS, its spellings by scanners, keyboards and people, and a symbology identifier in the middle,
#: which begins the next symbol. A regular expression that Python and JavaScript share.
SEPARATOR = (
    r"\x1d|\u241d|[<{\[](?:[Gg][Ss]|[Ff][Nn][Cc]1|(?:0[xX])?1[dD])[>}\]]|\\x1[dD]|\\u001[dD]"
    r"|[Aa][Ll][Tt]\+?029|[Cc]ontrol\]|\^\]|\](?:C1|e0|e1|e2|d2|Q3|J1)"
)

#: Kinds of symbols: "gs1" carries element strings, "ean" a bare GTIN of the EAN/UPC family.
#: Source: ISO/IEC 15424 and GS1 General Specifications, figure 5.1.2-2. The modifiers 4 and 5
#: with FNC1 are the ECI variants of the same symbols.
SYMBOLOGIES = {
    "]C1": ("GS1-128", "gs1"),
    "]e0": ("GS1 DataBar", "gs1"),
    "]e1": ("GS1 Composite", "gs1"),
    "]e2": ("GS1 Composite", "gs1"),
    "]d2": ("GS1 DataMatrix", "gs1"),
    "]d5": ("GS1 DataMatrix", "gs1"),
    "]Q3": ("GS1 QR Code", "gs1"),
    "]Q4": ("GS1 QR Code", "gs1"),
    "]J1": ("GS1 DotCode", "gs1"),
    "]J4": ("GS1 DotCode", "gs1"),
    "]E0": ("EAN-13, UPC-A or UPC-E", "ean"),
    "]E3": ("EAN-13, UPC-A or UPC-E with add-on", "ean"),
    "]E4": ("EAN-8", "ean"),
}

#: Code characters of ISO/IEC 15424; ``]`` and another letter is no symbology identifier.
SYMBOLOGY_LETTERS = "ABCDEFGHIJKLMNOPQRSTUXYZcdefghopsz"

#: Lengths that the General Specifications (figure 7.8.5-2) reserve for AI prefixes without an
#: entry in the dictionary, AI included. They tell where an unknown field ends.
RESERVED_LENGTHS = {"04": 18, "14": 8, "18": 8, "19": 8}

#: Names that stood for AIs in early GS1 Digital Link URIs. Withdrawn, still printed.
SHORT_NAMES = {
    "cpid": "8010",
    "cpsn": "8011",
    "cpv": "22",
    "gcn": "255",
    "gdti": "253",
    "giai": "8004",
    "ginc": "401",
    "gln": "414",
    "glnx": "254",
    "gmn": "8013",
    "grai": "8003",
    "gsin": "402",
    "gsrn": "8018",
    "gsrnp": "8017",
    "gtin": "01",
    "itip": "8006",
    "lot": "10",
    "party": "417",
    "partygln": "417",
    "payto": "415",
    "refno": "8020",
    "ser": "21",
    "srin": "8019",
    "sscc": "00",
    "tpx": "235",
}

#: The same in the query part; other names there belong to somebody else.
SHORT_ATTRIBUTES = {"exp": "17"}

#: Units of measure as UNECE Recommendation 20 codes, by the first three digits of the AI.
UNITS = {
    "310": "KGM",
    "311": "MTR",
    "312": "MTR",
    "313": "MTR",
    "314": "MTK",
    "315": "LTR",
    "316": "MTQ",
    "320": "LBR",
    "321": "INH",
    "322": "FOT",
    "323": "YRD",
    "324": "INH",
    "325": "FOT",
    "326": "YRD",
    "327": "INH",
    "328": "FOT",
    "329": "YRD",
    "330": "KGM",
    "331": "MTR",
    "332": "MTR",
    "333": "MTR",
    "334": "MTK",
    "335": "LTR",
    "336": "MTQ",
    "337": "28",
    "340": "LBR",
    "341": "INH",
    "342": "FOT",
    "343": "YRD",
    "344": "INH",
    "345": "FOT",
    "346": "YRD",
    "347": "INH",
    "348": "FOT",
    "349": "YRD",
    "350": "INK",
    "351": "FTK",
    "352": "YDK",
    "353": "INK",
    "354": "FTK",
    "355": "YDK",
    "356": "APZ",
    "357": "OZA",
    "360": "QTL",
    "361": "GLL",
    "362": "QTL",
    "363": "GLL",
    "364": "INQ",
    "365": "FTQ",
    "366": "YDQ",
    "367": "INQ",
    "368": "FTQ",
    "369": "YDQ",
}

#: Temperatures (hundredths of a degree) have the unit in the fourth digit.
TEMPERATURE_UNITS = {"4330": "FAH", "4331": "CEL", "4332": "FAH", "4333": "CEL"}

#: Titles of the entries that have none in the dictionary.
TITLES = {"8110": "COUPON", "8112": "COUPON"}

#: Delivery times whose hour and minute are 9999 where only the day matters
#: (GS1 General Specifications; the reference linter does not know it).
TIMELESS = ("4324", "4325")

#: AIs that a scan is made of: a flaw in their content is an error in lenient reading too.
VITAL = ("00", "01", "02", "03", "8006", "8026", "11", "13", "15", "16", "17", "7003")

#: Which part of the result an AI is.
FIELDS = {
    "00": "sscc",
    "01": "gtin",
    "02": "content_gtin",
    "03": "gtin",
    "8006": "gtin",
    "8026": "content_gtin",
    "10": "lot",
    "21": "serial",
    "11": "production",
    "13": "packaging",
    "15": "best_before",
    "16": "sell_by",
    "17": "expiry",
    "7003": "expiry_datetime",
    "30": "count",
    "37": "count",
}

#: Where a GLN is taken from, the most telling first.
GLN_AIS = ("414", "410", "417", "416", "413", "412", "411", "415")

#: Keys whose serial component is optional, but not beside a digital signature (8030):
#: AI and length of the value without the serial component.
SERIALISED_KEYS = {"253": 13, "255": 13, "8003": 14}

#: North American coupons, step by step: ``vABC+n`` is a digit out of ABC that says how many
#: digits follow (plus n), ``oABC+n`` the same where 9 says none, ``cABC`` a digit out of ABC,
#: ``d6`` six digits, ``t`` a date. Source: the reference linters couponcode and couponposoffer.
COUPONS = {
    "couponcode": "v0123456+6 d6 v12345+0 v12345+0 c012349 d3",
    "couponposoffer": "c01 v0123456+6 d6 v0123456789+6",
}

#: Optional parts of AI (8110) behind the fixed one, in this order, each begun by its digit.
COUPON_OPTIONS = {
    "1": "c0123 v12345+0 c012349 d3 o0123456+6",
    "2": "v12345+0 c012349 d3 o0123456+6",
    "3": "t",
    "4": "t",
    "5": "v0123456789+6",
    "6": "v1234567+6",
    "9": "c01256 c012 c0123456789 c01",
}
