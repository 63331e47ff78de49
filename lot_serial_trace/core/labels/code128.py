"""Code 128, of which GS1-128 is one: codewords, bars, and how a ZPL printer is told.

Written here because the printer language needs the same choice of character sets as the bars.
"""

from functools import cache

#: Stands for FNC1 in a text to encode: GS1's separator, which no text holds otherwise.
FNC1 = "\x1d"
_SETS = "BC"
_START = {"B": 104, "C": 105}
_SWITCH = {"B": 100, "C": 99}
_FNC1, _STOP, _MODULUS = 102, 106, 103
#: Widths of bar, space, bar, space, bar, space of the codewords 0 to 105; 106 is the stop.
_WIDTHS = (
    "212222 222122 222221 121223 121322 131222 122213 122312 132212 221213 221312 231212 "
    "112232 122132 122231 113222 123122 123221 223211 221132 221231 213212 223112 312131 "
    "311222 321122 321221 312212 322112 322211 212123 212321 232121 111323 131123 131321 "
    "112313 132113 132311 211313 231113 231311 112133 112331 132131 113123 113321 133121 "
    "313121 211331 231131 213113 213311 213131 311123 311321 331121 312113 312311 332111 "
    "314111 221411 431111 111224 111422 121124 121421 141122 141221 112214 112412 122114 "
    "122411 142112 142211 241211 221114 413111 241112 134111 111242 121142 121241 114212 "
    "124112 124211 411212 421112 421211 212141 214121 412121 111143 111341 131141 114113 "
    "114311 411113 411311 113141 114131 311141 411131 211412 211214 211232 2331112"
).split()
#: How ZPL writes the characters that command a Code 128.
_ZPL = {">": ">0", "^": "><", "~": ">="}


def is_encodable(text):
    """Whether a text consists of what Code 128 (sets B and C) can carry."""
    return bool(text) and all(character == FNC1 or " " <= character <= "~" for character in text)


def _steps(text):
    """The shortest way through the character sets: list of ``(set, piece of text)``."""

    @cache
    def cost(at, charset):
        if at == len(text):
            return 0, None
        ways = []
        for other in _SETS:
            if piece := _piece(text, at, other):
                price = 1 + (other != charset) + cost(at + len(piece), other)[0]
                ways.append((price, other != charset, other, piece))
        price, _changed, other, piece = min(ways)
        return price, (other, piece)

    # From the end, or a long text would recurse as deep as it is long.
    for at in range(len(text), -1, -1):
        for charset in (*_SETS, ""):
            cost(at, charset)
    at, charset, steps = 0, "", []
    while at < len(text):
        charset, piece = cost(at, charset)[1]
        steps.append((charset, piece))
        at += len(piece)
    return steps


def _piece(text, at, charset):
    """What one codeword of a set takes from a place on: "" if nothing."""
    if text[at] == FNC1:
        return FNC1
    if charset == "B":
        return text[at]
    pair = text[at : at + 2]
    return pair if len(pair) == 2 and pair.isascii() and pair.isdigit() else ""


def codewords(text):
    """Codewords from start to stop, check character included.

    :param text: as :func:`is_encodable` wants it; begins with ``FNC1`` if it is GS1-128
    """
    words, current = [], None
    for charset, piece in _steps(text):
        if charset != current:
            words.append(_SWITCH[charset] if words else _START[charset])
            current = charset
        if piece == FNC1:
            words.append(_FNC1)
        else:
            words.append(int(piece) if charset == "C" else ord(piece) - 32)
    check = words[0] + sum(place * word for place, word in enumerate(words[1:], 1))
    return [*words, check % _MODULUS, _STOP]


def bar_widths(text):
    """Widths of bars and spaces in turn, in modules, from the first bar to the last."""
    return [int(width) for word in codewords(text) for width in _WIDTHS[word]]


def zpl_data(text):
    """The text for ``^FD`` behind ``^BC``, with the character sets chosen.

    >>> zpl_data(FNC1 + "00395212340000000014")
    '>;>800395212340000000014'
    """
    parts, current = [], None
    for charset, piece in _steps(text):
        if charset != current:
            parts.append({"B": ">6" if parts else ">:", "C": ">5" if parts else ">;"}[charset])
            current = charset
        parts.append(">8" if piece == FNC1 else _ZPL.get(piece, piece))
    return "".join(parts)
