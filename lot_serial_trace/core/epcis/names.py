"""What things are called in events: GS1 keys as Digital Links, everything else by own addresses.

A serial number of a product with a GTIN is ``https://id.gs1.org/01/…/21/…``, a lot ``…/10/…``, a
place ``…/414/…``. What has no GS1 key, or a number that GS1 does not allow (longer than 20
characters, blanks), gets a web address below the company's own domain, as CBV 2.0 asks for
private identifiers (chapter 8.2.4): ``https://example.com/epcis/obj/…``, ``/class/``, ``/loc/``,
``/bt/``, ``/party/``. They are names; nothing need be found there.
"""

import re
from urllib.parse import quote

from .. import gs1
from ..gs1.digital_link import CANONICAL_STEM as STEM

#: Characters of lots and serial numbers in GS1 (character set 82), and how many there may be.
_GS1_NUMBER = re.compile(r"[!-\"%-/0-9:;<=>?A-Z_a-z]{1,20}")
#: Characters of them that a Digital Link need not escape.
_PLAIN = "';=~"


def escaped(text):
    """A text as one part of a web address.

    >>> escaped("WH/IN/00001")
    'WH%2FIN%2F00001'
    """
    return quote(text, safe=_PLAIN)


class Names:
    """Names of a company's things.

    :param domain: host, and maybe path, that the company calls its own
    :param gln: the company's GLN, or ``""``
    :param party: what the company is called among parties without one
    """

    def __init__(self, domain, gln="", party="company"):
        self._base = f"https://{domain}/epcis"
        self._gln = gln
        self._party = party

    def own(self, kind, *parts):
        """A private identifier; ``kind`` is obj, class, loc, bt, party or xform."""
        return "/".join((self._base, kind, *(escaped(str(part)) for part in parts)))

    def serial(self, gtin, product_id, number):
        """A unit with a serial number."""
        if gtin and _GS1_NUMBER.fullmatch(number):
            return f"{STEM}/01/{gtin}/21/{escaped(number)}"
        return self.own("obj", product_id, number)

    def lot(self, gtin, product_id, number):
        """Any number of units of a lot."""
        if gtin and _GS1_NUMBER.fullmatch(number):
            return f"{STEM}/01/{gtin}/10/{escaped(number)}"
        return self.own("class", product_id, number)

    def product(self, gtin, product_id):
        """Any number of units of a product."""
        return f"{STEM}/01/{gtin}" if gtin else self.own("class", product_id)

    def package(self, name, package_id):
        """A logistic unit: an SSCC if its name is one."""
        digits = name[2:] if len(name) == 20 and name.startswith("00") else name
        if gs1.is_sscc(digits):
            return f"{STEM}/00/{digits}"
        return self.own("obj", "package", package_id)

    def place(self, gln, location_id):
        """A place inside the address that the GLN names."""
        if gln:
            return f"{STEM}/414/{gln}/254/{location_id}"
        return self.own("loc", location_id)

    def site(self, gln, location_id):
        """The address that the GLN names, or the place where there is none."""
        return f"{STEM}/414/{gln}" if gln else self.own("loc", location_id)

    def party(self, gln, partner_id):
        """A trading partner."""
        return f"{STEM}/417/{gln}" if gln else self.own("party", partner_id)

    @property
    def company(self):
        """The company itself."""
        return self.party(self._gln, self._party)

    def document(self, number):
        """A transfer, an order: CBV's URN where the company has a GLN."""
        if self._gln:
            return f"urn:epcglobal:cbv:bt:{self._gln}:{escaped(number)}"
        return self.own("bt", number)

    def operation(self, model, operation_id):
        """What was made in one operation: the ``transformationID`` of its inputs and outputs."""
        return self.own("xform", model, operation_id)
