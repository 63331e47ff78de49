from urllib.parse import unquote, urlsplit

from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..core.asn.epc import parse_epc, parse_gln
from ..core.epcis import event as events
from ..core.epcis.links import Prefixes, canonical
from ..core.epcis.names import Names

#: ir.config_parameter: the domain under which things without a GS1 key have their names.
DOMAIN = "lot_serial_trace.epcis_domain"
#: Records of one file: their ids are in its address.
MOST_RECORDS = 1000
#: Rows that are read at once.
BATCH = 1000
#: Columns of the ledger that events are made of.
READ = (
    "kind", "event_time", "record_time", "event_type", "action", "biz_step", "disposition",
    "company_id", "product_id", "gtin", "tracking", "lot_name", "batch", "expiration_date",
    "quantity", "uom", "source_id", "source_usage", "source_gln", "dest_id", "dest_usage",
    "dest_gln", "container_id", "container_name", "content_id", "content_name", "supplier_id",
    "partner_id", "partner_gln", "document", "document_model", "document_id", "origin",
    "corrects_id",
)  # fmt: skip


class TraceEpcis(models.AbstractModel):
    """The ledger in the language of EPCIS, for files and for the web service.

    Rows are read batch by batch with the rights of whoever asks: a million events are never in
    memory together, and nobody is told of another company's.
    """

    _name = "trace.epcis"
    _description = "EPCIS Events"

    # -- files ----------------------------------------------------------------

    @api.model
    def _download(self, what, records, kind):
        """The action that downloads the events of records.

        :param what: ``lots`` or ``transfers``
        :param kind: ``json`` (EPCIS 2.0) or ``xml`` (1.2)
        """
        if not self._fits(records):
            raise UserError(self.env._("Choose 1 to %s records for one file.", MOST_RECORDS))
        url = f"/trace/epcis/{what}.{kind}?ids={','.join(map(str, records.ids))}"
        return {"type": "ir.actions.act_url", "url": url, "target": "download"}

    @api.model
    def _fits(self, records):
        """Whether so many records can be one file."""
        return 0 < len(records) <= MOST_RECORDS

    # -- events ---------------------------------------------------------------

    @api.model
    def _exportable(self):
        """Domain of the entries that EPCIS has a word for."""
        return (
            Domain("kind", "not in", events.UNSAID)
            & Domain("event_type", "!=", False)
            & Domain("biz_step", "!=", False)
        )

    @api.model
    def _stream(self, domain):
        """Yield the events of entries, in the order of the ledger."""
        ledger = self.env["trace.event"]
        domain = Domain(domain) & self._exportable()
        last = 0
        while True:
            entries = ledger.search(domain & Domain("id", ">", last), order="id", limit=BATCH)
            yield from self._events(entries)
            ledger.invalidate_model()
            if len(entries) < BATCH:
                return
            last = entries[-1].id

    @api.model
    def _events(self, entries):
        """Events of ledger entries: two queries; a correction is two events.

        :rtype: list of dict
        """
        return [event for _entry, event in self._events_by_entry(entries)]

    @api.model
    def _events_by_entry(self, entries):
        """As :meth:`_events`, with the id of the entry in front of each."""
        rows = entries.read(READ, load=None)
        corrected = {row["corrects_id"] for row in rows if row["kind"] == "correction"}
        originals = self.env["trace.event"].search([("id", "in", list(corrected - {0}))])
        wrong = {row["id"]: row for row in originals.read(READ, load=None)}
        entry = self.env["ir.config_parameter"].sudo().get_param("database.uuid")
        names = self._names({row["company_id"] for row in rows})
        return [
            (row["id"], told)
            for row in rows
            for told in _told(row, names[row["company_id"]], entry, wrong)
        ]

    @api.model
    def _names(self, company_ids):
        """dict company id -> :class:`~core.epcis.names.Names`."""
        domain = self._domain_name()
        companies = self.env["res.company"].sudo().browse(sorted(company_ids)).exists()
        glns = {one.id: one.partner_id.global_location_number or "" for one in companies}
        return {
            company_id: Names(domain, glns.get(company_id, ""), f"company-{company_id}")
            for company_id in company_ids
        }

    @api.model
    def _domain_name(self):
        """The domain of private names: as configured, else the host of this server's address."""
        parameters = self.env["ir.config_parameter"].sudo()
        found = parameters.get_param(DOMAIN) or parameters.get_param("web.base.url") or ""
        parts = urlsplit(found if "//" in found else f"//{found}")
        return (parts.netloc + parts.path).strip("/") or "localhost"

    @api.model
    def _prefixes(self):
        """The company prefixes of partners, by which EPC URNs are written."""
        partners = self.env["res.partner"].sudo().search([("trace_gs1_prefix", "!=", False)])
        return Prefixes(
            prefix for text in partners.mapped("trace_gs1_prefix") for prefix in text.split()
        )

    # -- queries --------------------------------------------------------------

    @api.model
    def _named(self, parameter, identifiers):
        """Domain of the entries of things that are named."""
        find = {
            "EQ_readPoint": self._at,
            "EQ_bizLocation": self._at,
            "MATCH_parentID": self._in_package,
            "MATCH_anyEPC": self._any,
        }.get(parameter, self._goods)
        return Domain.OR([find(canonical(text)) for text in identifiers])

    @api.model
    def _any(self, text):
        return self._goods(text) | self._in_package(text)

    @api.model
    def _goods(self, text):
        """Entries of a unit, a lot or a product."""
        epc, _lot = parse_epc(text)
        if epc.kind == "class":
            return Domain("gtin", "=", epc.gtin)
        if epc.kind in ("serial", "lot"):
            tracking = "serial" if epc.kind == "serial" else "lot"
            return (
                Domain("gtin", "=", epc.gtin)
                & Domain("tracking", "=", tracking)
                & self._numbered(epc.number)
            )
        kind, *parts = self._own(text)
        if kind in ("obj", "class") and len(parts) == 2 and parts[0].isdigit():
            return Domain("product_id", "=", int(parts[0][:9])) & self._numbered(parts[1])
        return Domain.FALSE

    @api.model
    def _numbered(self, number):
        """Entries of lots with a number: by the lots, of which there is an index."""
        lots = self.env["stock.lot"].sudo().search([("name", "=", number)])
        return Domain("lot_id", "in", lots.ids) & Domain("lot_name", "=", number)

    @api.model
    def _in_package(self, text):
        """Entries of what went into a package or came out of it."""
        epc, _lot = parse_epc(text)
        if epc.kind == "sscc":
            return Domain("container_name", "in", [epc.number, f"00{epc.number}"])
        kind, *parts = self._own(text)
        if kind == "obj" and parts[:1] == ["package"] and parts[-1].isdigit():
            return Domain("container_id", "=", int(parts[-1][:9]))
        return Domain.FALSE

    @api.model
    def _at(self, text):
        """Entries that were read at a place, or whose goods were there afterwards."""
        gln = parse_gln(text)
        kind, *parts = self._own(text)
        if gln:
            place = text.partition("/254/")[2]
            found = Domain("dest_gln", "=", gln) | Domain("source_gln", "=", gln)
        elif kind == "loc" and len(parts) == 1:
            place, found = parts[0], Domain.TRUE
        else:
            return Domain.FALSE
        if not place:
            return found
        if not place.isdigit():
            return Domain.FALSE
        number = int(place[:9])
        return found & (Domain("dest_id", "=", number) | Domain("source_id", "=", number))

    @api.model
    def _own(self, text):
        """Parts of a name below our own domain; ``[""]`` for other texts."""
        start = f"https://{self._domain_name()}/epcis/"
        return (
            [unquote(part) for part in text.removeprefix(start).split("/")]
            if (text.startswith(start))
            else [""]
        )


def _told(row, names, entry, wrong):
    """The events of a row."""
    original = wrong.get(row["corrects_id"]) if row["kind"] == "correction" else None
    nothing = row["kind"] == "correction" and not row["quantity"]
    true = None if nothing else events.event(row, names, entry)
    if original:
        record = {"record_time": row["record_time"], "corrective": true}
        yield events.declared(original, names, entry, record)
    if true:
        yield true
