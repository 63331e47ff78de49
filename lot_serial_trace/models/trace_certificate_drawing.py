import base64
import hashlib
import json
from functools import lru_cache

from odoo import api, fields, models
from odoo.tools import file_open, format_date, format_datetime

from ..core import steps
from ..core.certificate import sealed, seals
from ..core.certificate_pdf import Certificate, Facts, Table, write_certificate
from ..core.pdfa import Inside
from .trace_certificate_facts import FORMAT

#: What colours mean; Odoo ships the profile for its own PDF/A.
PROFILE = "tools/data/files/sRGB2014.icc"
#: Rows of a table that are printed; all of them are in the file inside.
ROWS = 60
#: Blocks that are printed.
BLOCKS = 6


class TraceCertificate(models.Model):
    """What a certificate looks like: the facts in the reader's words, on the company's paper."""

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "trace.certificate"

    @api.model
    def _drawn(self, number, token, company, public, about, told, proof, shipment=None):
        """Values of a certificate with its PDF.

        :param about: values that say what it is about
        :param told: list of facts, see ``trace.certificate.facts``
        :param proof: bundle of ``trace.block``
        :param shipment: what is said of the shipment, if it is about one
        """
        now = fields.Datetime.now()
        state = self._seal_state(told, proof)
        answer = self._answer(number, now, company, public, about, told, state, shipment)
        inside = [self._inside("certificate.json", answer, "What the page says, for machines")]
        if not public:
            says = "Proof of the ledger, for tools/verify_proof.py"
            inside.append(self._inside("proof.json", proof, says, "Supplement"))
        page = self._page(answer, token, state, inside)
        content, is_pdfa = write_certificate(
            page, self._paper(company), self.env["trace.label"]._fonts(), _profile(), now
        )
        return {
            **about,
            "name": number,
            "token": token,
            "company_id": company.id,
            "public": public,
            "issued_at": now,
            "user_id": self.env.uid,
            "content": base64.b64encode(content),
            "file_name": f"{number}-{_plain(about['about'])}.pdf",
            "size": len(content),
            "sha256": hashlib.sha256(content).hexdigest(),
            "is_pdfa": is_pdfa,
            "sealed_events": state["sealed"],
            "unsealed_events": state["unsealed"],
        }

    @api.model
    def _proofs(self, events):
        """dict key -> proof of its events: constant queries.

        :param events: dict key -> list of event ids
        """
        wanted = sorted({event for mine in events.values() for event in mine})
        bundle = self.env["trace.block"].sudo()._proof(wanted)
        return {key: sealed(bundle, set(mine)) for key, mine in events.items()}

    @api.model
    def _seal_state(self, told, proof):
        count = len({event for one in told for event in one["events"]})
        return {
            "sealed": count - proof["unsealed"],
            "unsealed": proof["unsealed"],
            "blocks": seals(proof),
        }

    @api.model
    def _answer(self, number, now, company, public, about, told, state, shipment):
        """The facts as they go into the PDF."""
        partner = company.partner_id
        return {
            "format": FORMAT,
            "certificate": number,
            "issued_at": now.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "issuer": {
                "name": company.name,
                "vat": company.vat or "",
                "gln": partner.global_location_number or "",
            },
            "for_everybody": public,
            "kind": about["kind"],
            "about": about["about"],
            **({"shipment": shipment} if shipment else {}),
            "units": told,
            "seal": state,
        }

    @api.model
    def _inside(self, name, data, says, relation="Data"):
        content = json.dumps(data, ensure_ascii=False, indent=1, sort_keys=True).encode()
        return Inside(name, content, "application/json", says, relation)

    @api.model
    def _paper(self, company):
        """The company's letterhead: read once for a batch."""
        known = self.env.cr.cache.setdefault("lot_serial_trace.paper", {})
        key = (company.id, self.env.lang)
        if key not in known:
            known[key] = self.env["trace.warranty"].sudo()._letterhead(company.sudo())
        return known[key]

    # -- the page -------------------------------------------------------------

    @api.model
    def _page(self, answer, token, state, inside):
        units = answer["units"]
        shipment = answer["kind"] == "shipment"
        parts = self._shipment_parts(answer) if shipment else self._unit_parts(units[0])
        return Certificate(
            title=self.env._("Traceability Certificate"),
            subject=self._subject(units, shipment),
            caption=self._caption(answer["kind"]),
            number=answer["about"],
            reference=self.env._(
                "%(number)s, issued on %(date)s UTC",
                number=answer["certificate"],
                date=self._time(answer["issued_at"]),
            ),
            parts=[*parts, self._seal_part(state)],
            link=self._check_link(token),
            under_link=self.env._(
                "Scan this code to see whether this certificate is genuine, and whether anything "
                "of it was held or recalled since."
            ),
            text=self._small_print(answer, inside),
            stamp=self._stamp(units),
            page=self.env._("Page %s"),
            inside=inside,
            language=(self.env.lang or "en_US").replace("_", "-"),
        )

    @api.model
    def _subject(self, units, shipment):
        if not shipment:
            return units[0]["product"]
        return self.env._("%s lots and serial numbers", len(units))

    @api.model
    def _caption(self, kind):
        return dict(self._fields["kind"]._description_selection(self.env))[kind]

    @api.model
    def _stamp(self, units):
        states = {unit["status"] for unit in units}
        if "recalled" in states:
            return self.env._("Recalled")
        return self.env._("On hold") if states & {"held", "partial"} else ""

    @api.model
    def _small_print(self, answer, inside):
        yield self.env._(
            "This file holds what it says for machines (%s), too. Odoo's records and the ledger of "
            "the issuer were read when it was issued. Times are UTC.",
            ", ".join(one.name for one in inside),
        )
        if answer["for_everybody"]:
            yield self.env._("Names of customers are left out: this certificate is for everybody.")

    @api.model
    def _unit_parts(self, unit):
        yield self._identity_part(unit)
        yield self._origin_part(unit["origin"], unit["uom"])
        yield self._made_part(unit["made_from"])
        yield self._path_part(unit["path"], unit["uom"])
        yield self._places_part(unit["places"], unit["uom"])
        yield self._holds_part(unit["holds"])

    @api.model
    def _identity_part(self, unit):
        rows = [
            (self.env._("Internal reference"), unit["reference"]),
            (self.env._("GTIN"), unit["gtin"]),
            (self.env._("Manufacturer's batch"), unit["batch"]),
            (self.env._("Produced on"), self._day(unit["made"])),
            (self.env._("Best before"), self._day(unit["best_before"])),
            (self.env._("Expires"), self._day(unit["expires"])),
        ]
        return Facts(self.env._("What it is"), [row for row in rows if row[1]])

    @api.model
    def _origin_part(self, origins, uom):
        ways = {
            "supplier": self.env._("Received"),
            "production": self.env._("Made here"),
            "inventory": self.env._("Found at a count"),
        }
        rows = []
        for one in origins[:ROWS]:
            who = one["supplier"] or ways[one["way"]]
            papers = ", ".join(filter(None, [one["document"], one["order"], *one["notices"]]))
            rows.append((self._time(one["when"]), who, papers, f"{one['quantity']:g} {uom}"))
        columns = [
            (self.env._("When (UTC)"), 2.2),
            (self.env._("From"), 3.4),
            (self.env._("Documents"), 4),
            (self.env._("Quantity"), 1.4),
        ]
        return Table(self.env._("Where it came from"), columns, rows, self._more(origins))

    @api.model
    def _made_part(self, parents):
        rows = [
            (str(one["level"]), one["number"], one["product"], ", ".join(one["suppliers"]))
            for one in parents[:ROWS]
        ]
        columns = [
            (self.env._("Step"), 0.8),
            (self.env._("Lot/Serial"), 2.6),
            (self.env._("Product"), 4),
            (self.env._("Supplier"), 3.4),
        ]
        return Table(self.env._("What it was made of"), columns, rows, self._more(parents))

    @api.model
    def _path_part(self, path, uom):
        words = dict(steps.BIZ_STEPS)
        rows = [
            (
                self._time(one["when"]),
                self.env._(words[one["step"]]) if one["step"] in words else one["step"],
                one["from"],
                one["to"] if one["to_usage"] != "customer" else one["partner"] or one["to"],
                f"{one['quantity']:g} {uom}",
                one["document"],
            )
            for one in path[:ROWS]
        ]
        columns = [
            (self.env._("When (UTC)"), 2.1),
            (self.env._("What"), 1.7),
            (self.env._("From"), 2.6),
            (self.env._("To"), 2.6),
            (self.env._("Quantity"), 1.3),
            (self.env._("Document"), 1.8),
        ]
        return Table(self.env._("Its way"), columns, rows, self._more(path))

    @api.model
    def _places_part(self, places, uom):
        states = dict(
            self.env["trace.whereabouts.line"]._fields["state"]._description_selection(self.env)
        )
        rows = [
            (
                states.get(one["state"], one["state"]),
                one["partner"] or one["place"],
                f"{one['quantity']:g} {uom}",
                self._time(one["since"]),
            )
            for one in places[:ROWS]
        ]
        columns = [
            (self.env._("State"), 2.6),
            (self.env._("Where"), 5),
            (self.env._("Quantity"), 1.6),
            (self.env._("Since"), 2.2),
        ]
        return Table(self.env._("Where it is or went"), columns, rows, self._more(places))

    @api.model
    def _holds_part(self, holds):
        sources = dict(self.env["trace.hold"]._fields["source"]._description_selection(self.env))
        rows = [
            (
                self._time(one["placed_at"]),
                sources.get(one["source"], one["source"]),
                one["reason"],
                self._time(one["released_at"]) or self.env._("still on hold"),
            )
            for one in holds[:ROWS]
        ]
        if not rows:
            return Facts(
                self.env._("Holds and recalls"),
                [(self.env._("Until this day"), self.env._("none"))],
            )
        columns = [
            (self.env._("On hold since"), 2.2),
            (self.env._("Why"), 1.8),
            (self.env._("Reason"), 5),
            (self.env._("Free since"), 2.2),
        ]
        return Table(self.env._("Holds and recalls"), columns, rows, self._more(holds))

    @api.model
    def _shipment_parts(self, answer):
        shipment = answer["shipment"]
        rows = [
            (self.env._("Customer"), shipment["customer"]),
            (self.env._("Order"), shipment["order"]),
            (self.env._("Done"), self._time(shipment["done_at"])),
        ]
        yield Facts(self.env._("The shipment"), [row for row in rows if row[1]])
        columns = [
            (self.env._("Product"), 4),
            (self.env._("Lot/Serial"), 2.6),
            (self.env._("Quantity"), 1.4),
            (self.env._("Expires"), 1.5),
            (self.env._("Came from"), 3.2),
            (self.env._("Holds"), 0.9),
        ]
        rows = [
            (
                unit["product"],
                unit["number"],
                f"{unit['shipped']:g} {unit['uom']}",
                self._day(unit["expires"] or unit["best_before"]),
                ", ".join(_suppliers(unit)),
                str(len(unit["holds"]) or ""),
            )
            for unit in answer["units"]
        ]
        yield Table(self.env._("What was in it"), columns, rows)

    @api.model
    def _seal_part(self, state):
        """Which blocks seal what is said; a root in two halves, for the lines of a page."""
        rows = []
        for block in state["blocks"][:BLOCKS]:
            words = self.env._("not signed")
            if block["key"]:
                words = self.env._(
                    "signed by the key %(key)s, signature %(start)s…",
                    key=block["key"],
                    start=block["signature"],
                )
            root = f"{block['root'][:32]} {block['root'][32:]}"
            caption = self.env._("Block %s, root", block["number"])
            rows.append((caption, f"{root} {words}"))
        more = len(state["blocks"]) - BLOCKS
        if more > 0:
            rows.append(("", self.env._("%s more are in the file inside", more)))
        if state["unsealed"] or not rows:
            rows.append((self.env._("Not sealed yet"), str(state["unsealed"])))
        return Facts(self.env._("Seal of the ledger: %s entries", state["sealed"]), rows)

    @api.model
    def _more(self, rows):
        more = len(rows) - ROWS
        return self.env._("%s more are in the file inside", more) if more > 0 else ""

    @api.model
    def _time(self, text):
        moment = fields.Datetime.to_datetime(text.replace("T", " ")[:19]) if text else None
        return format_datetime(self.env, moment, tz="UTC", dt_format="short") if moment else ""

    @api.model
    def _day(self, text):
        return format_date(self.env, text) if text else ""


@lru_cache(1)
def _profile():
    with file_open(PROFILE, "rb") as file:
        return file.read()


def _suppliers(unit):
    """Who supplied it, or what it was made of."""
    own = [one["supplier"] for one in unit["origin"] if one["supplier"]]
    return dict.fromkeys(own or [name for one in unit["made_from"] for name in one["suppliers"]])


def _plain(text):
    return "".join(char if char.isalnum() or char in "-_" else "-" for char in text)[:60]
