from odoo import api, fields, models


class TraceScan(models.Model):
    """Where to begin: operation types, their open transfers, and what a code belongs to."""

    _inherit = "trace.scan"

    @api.model
    def trace_home(self) -> list:
        """The operation types that a person may work on.

        :return: list of ``{"step", "picking_type_id", "title", "warehouse", "ready": int,
            "late": int}``
        """
        types = self.env["stock.picking.type"].search([])
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
    def trace_transfers(
        self, picking_type_id: int, search: str = "", offset: int = 0, limit: int = 40
    ) -> dict:
        """Open transfers of an operation type, the most urgent first.

        :return: ``{"count": int, "rows": [{"id", "name", "partner", "scheduled", "state",
            "origin", "asn": [numbers of notices]}]}``
        """
        domain = [
            ("picking_type_id", "=", picking_type_id),
            ("state", "in", ("confirmed", "waiting", "assigned")),
        ]
        if search:
            domain += ["|", ("name", "ilike", search), ("origin", "ilike", search)]
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
        """The transfer to which a scanned code belongs, or what the code is.

        :param code: name of a transfer or order, SSCC of an expected notice, product
        :return: ``{"picking_id": int}``, ``{"look_up": see trace_look_up}`` or
            ``{"verdict": "stop", "message": str}``
        """
        picking = self.env["stock.picking"].search([("name", "=", code)], limit=1)
        if picking:
            return {"picking_id": picking.id}
        return {"verdict": "stop", "message": self.env._("%s is nothing known here.", code)}

    @api.model
    def trace_look_up(self, code: str) -> dict:
        """What a scanned code is, where it lies and what is to be known about it.

        :return: ``{"verdict", "message", "kind": "lot" | "product" | "package" | "location" |
            "unknown", "title", "subtitle", "facts": [{"label", "value", "tone"}], "places":
            [{"place", "package", "quantity", "uom", "reserved"}], "links": [{"label", "model",
            "id"}]}``
        """
        return {
            "verdict": "stop",
            "message": self.env._("%s is nothing known here.", code),
            "kind": "unknown",
            "title": code,
            "subtitle": "",
            "facts": [],
            "places": [],
            "links": [],
        }
