from odoo import api, fields, models

from ..core.capture import numbers
from .trace_scan_reading import Stop

#: States in which a transfer may be worked on.
OPEN_STATES = ("confirmed", "waiting", "assigned")


class TraceScan(models.Model):
    """Where to begin: operation types, their open transfers, and what a code belongs to."""

    _inherit = "trace.scan"

    @api.model
    @api.readonly
    def trace_home(self) -> list:
        """The operation types that a person may work on.

        :return: list of ``{"step", "picking_type_id", "title", "warehouse", "ready": int,
            "late": int}``
        """
        # as many as warehouses have, all on one screen
        types = self.env["stock.picking.type"].search([])  # pylint: disable=no-search-all
        return [
            {
                "step": one.code if one.code in ("incoming", "internal", "outgoing") else "other",
                "picking_type_id": one.id,
                "title": one.name,
                "warehouse": one.warehouse_id.name or "",
                "ready": one.count_picking_ready,
                "late": one.count_picking_late,
            }
            for one in types
        ]

    @api.model
    @api.readonly
    def trace_transfers(
        self, picking_type_id: int, search: str = "", offset: int = 0, limit: int = 40
    ) -> dict:
        """Open transfers of an operation type, the most urgent first.

        :param search: part of the transfer's name, its origin, its partner or a notice's number
        :return: ``{"count": int, "rows": [{"id", "name", "partner", "scheduled", "state",
            "origin", "asn": [numbers of notices]}]}``
        """
        domain = [
            ("picking_type_id", "=", picking_type_id),
            ("state", "in", OPEN_STATES),
        ]
        if search:
            names = ("name", "origin", "partner_id.name")
            domain += ["|", "|", *((name, "ilike", search) for name in names)]
        pickings = self.env["stock.picking"]
        found = pickings.search(
            domain, offset=offset, limit=limit, order="priority desc, scheduled_date, id"
        )
        return {
            "count": pickings.search_count(domain),
            "rows": [
                {
                    "id": picking.id,
                    "name": picking.name,
                    "partner": picking.partner_id.display_name or "",
                    "scheduled": fields.Datetime.to_string(picking.scheduled_date) or "",
                    "state": picking.state,
                    "origin": picking.origin or "",
                    "asn": picking.sudo().trace_asn_ids.mapped("name"),
                }
                for picking in found
            ],
        }

    @api.model
    def trace_find(self, code: str, picking_type_id: int | None = None) -> dict:
        """The open transfer to which a scanned code belongs, or what the code is.

        :param code: name of a transfer or of an order, SSCC of an expected shipping notice, a
            product, a lot or serial number, a package
        :param picking_type_id: only transfers of this operation type
        :return: ``{"picking_id": int}``, ``{"look_up": see trace_look_up}`` where several
            transfers or none have it, or ``{"verdict": "stop", "message": str}``
        """
        for found in self._transfers_of(code, picking_type_id):
            if len(found) == 1:
                return {"picking_id": found.id}
        look_up = self.trace_look_up(code)
        if look_up["kind"] == "unknown":
            return {"verdict": "stop", "message": look_up["message"]}
        return {"look_up": look_up}

    @api.model
    def _transfers_of(self, code, picking_type_id):
        """Open transfers that a code may mean, the surest way first; two at most each."""
        reading = self.env["trace.scan.reading"]
        try:
            scan = reading._read(str(code or ""))
        except Stop:
            return
        pickings = self.env["stock.picking"]
        domain = [("state", "in", OPEN_STATES)]
        if picking_type_id:
            domain.append(("picking_type_id", "=", picking_type_id))

        def search(*more):
            return pickings.search([*domain, *more], limit=2)

        for name in reading._plain(scan):
            yield search(("name", "=", name))
            yield search(("origin", "=", name))
        advised = reading._advised_package(scan)
        if advised:
            yield search(("id", "in", advised.asn_id.picking_ids.ids))
        package = reading._package(scan)
        if package:
            yield search(("move_line_ids.package_id", "child_of", package.id))
        names = [name for name in numbers(scan) if name.isprintable()]
        if names:
            lots = reading._lots(names)
            yield search(("move_line_ids", "any", [("lot_id", "in", lots.ids)]))
        item = reading._item(scan)
        if item:
            yield search(("move_ids.product_id", "=", item.product.id))
