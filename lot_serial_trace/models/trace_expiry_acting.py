from odoo import api, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from .trace_hold_sql import free


class TraceExpiryActing(models.Model):
    """What can be done about expiring goods: with rows of the list, by a rule or by a person.

    Each deed is set-based, leaves alone what is under way already, and is recorded
    (``trace.expiry.action``). Goods that are reserved for others stay with them: the gate and
    holds stop what must not go.
    """

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "trace.expiry.due"

    @api.model
    def _check_right(self):
        if not self.env.su and not self.env.user.has_group("lot_serial_trace.group_trace_user"):
            raise AccessError(self.env._("Only users of Traceability act on expiring goods."))

    def _unhandled(self):
        """Those for which nothing else is under way."""
        return self.filtered(lambda row: row.state in ("open", "marked") and row.stage != "undated")

    def _outside_quarantine(self):
        quarantine = self.env["stock.location"]._trace_quarantine_paths()
        return self.filtered(lambda row: row.location_id.id not in quarantine)

    def _reason(self):
        """dict lot id -> sentence for whoever is stopped."""
        reasons = {}
        for row in self:
            day = row.last_day and self.env["ir.qweb.field.date"].value_to_html(row.last_day, {})
            reasons[row.lot_id.id] = (
                self.env._("good until %(day)s (%(rule)s)", day=day, rule=row.rule_id.name)
                if row.rule_id
                else self.env._("good until %s", day)
            )
        return reasons

    @api.model
    def _settle(self):
        """Look how transfers and scrap orders ended: goods that are still there are open again.

        Where a person has cancelled one, rules do not make another.
        """
        self.flush_model()
        self.env["stock.picking"].flush_model(["state"])
        self.env["stock.scrap"].flush_model(["state"])
        self.env.cr.execute(
            """
            UPDATE trace_expiry_due d
            SET state = 'open', picking_id = NULL, scrap_id = NULL,
                left_alone = e.state IS DISTINCT FROM 'done'
            FROM (
                SELECT d.id, COALESCE(p.state, s.state) AS state FROM trace_expiry_due d
                LEFT JOIN stock_picking p ON p.id = d.picking_id
                LEFT JOIN stock_scrap s ON s.id = d.scrap_id
                WHERE d.state IN ('moving', 'scrap')) e
            WHERE e.id = d.id AND (e.state IS NULL OR e.state IN ('done', 'cancel'))
            """
        )
        self.invalidate_model()

    # -- holds ----------------------------------------------------------------

    def _hold(self, reason=None, goods=None):
        """Put the lots on hold, each rule its own, where they are not held by it already.

        :param reason: sentence; None: the date and the rule
        :param goods: as in ``trace.hold._place``
        """
        actions = self.env["trace.expiry.action"]
        for (company, rule), rows in self.grouped(
            lambda row: (row.company_id, row.rule_id)
        ).items():
            rows = rows._not_held_by(rule)
            if not rows or not company:
                continue
            holds = self.env["trace.hold"]._place(
                rows.lot_id,
                reason or rows._reason(),
                "expiry",
                company=company,
                goods=goods,
                origin=rule or None,
            )
            actions |= actions._record("hold", rows, hold_ids=[(6, 0, holds.ids)], reason=reason)
        return actions

    def _not_held_by(self, rule):
        """Rows of lots that ``rule`` does not hold, and whose hold nobody has released."""
        holds = self.env["trace.hold"].sudo()
        domain = [
            ("lot_id", "in", self.lot_id.ids),
            ("source", "=", "expiry"),
            ("company_id", "in", self.company_id.ids),
        ]
        if rule:
            domain += [("origin_model", "=", rule._name), ("origin_id", "=", rule.id)]
        decided = holds.search(domain).filtered(
            lambda hold: (
                hold.state == "active" or (rule and hold.released_by_id.id != self._robot())
            )
        )
        return self.filtered(lambda row: row.lot_id not in decided.lot_id)

    @api.model
    def _robot(self):
        return self.env.ref("base.user_root").id

    # -- transfers ------------------------------------------------------------

    def _pull(self, dest=None):
        """Make a transfer per warehouse with what is free of the goods, reserved.

        :param dest: place; None: the quarantine of the goods' warehouse
        """
        return self._transfer("pull", dest)

    def _donate(self, dest, partner=None):
        """Make a transfer per warehouse to a place for donations, or to who gets them."""
        return self._transfer("donate", dest, partner)

    def _transfer(self, kind, dest=None, partner=None):
        holds = self.env["trace.hold"].sudo()
        rows = self._unhandled().sudo()
        actions = self.env["trace.expiry.action"]
        holds._meet_reservations(rows.lot_id)
        goods = rows._with_destination(rows._free_goods(), dest)
        whole = holds._whole_packages(goods)
        for warehouse_id in dict.fromkeys(row["warehouse_id"] for row in goods):
            mine = [row for row in goods if row["warehouse_id"] == warehouse_id]
            warehouse = self.env["stock.warehouse"].sudo().browse(warehouse_id)
            picking = holds._make_picking(warehouse, mine, self._document_name(kind))
            if partner or (dest and dest.usage == "customer"):
                picking.write(
                    {
                        "picking_type_id": warehouse.out_type_id.id,
                        "partner_id": partner.id if partner else False,
                        "location_dest_id": dest.id,
                    }
                )
            holds._make_lines(holds._make_moves(picking, mine, {}), mine, whole)
            taken = rows.browse({row["due_id"] for row in mine})
            taken.write({"state": "moving", "picking_id": picking.id})
            actions |= actions._record(kind, taken, picking_id=picking.id)
        return actions

    def _document_name(self, kind):
        rules = ", ".join(self.rule_id.mapped("name"))
        if kind == "donate":
            return self.env._("Donation: %s", rules) if rules else self.env._("Donation")
        return self.env._("Expiry: %s", rules) if rules else self.env._("Expiry")

    def _free_goods(self):
        """What lies free of the rows' lots in their places: a dict per quant."""
        self.env["stock.quant"].flush_model()
        self.flush_model()
        return self.env.execute_query_dict(
            SQL(
                """
                SELECT * FROM (
                    SELECT d.id AS due_id, q.company_id, q.lot_id, q.product_id, q.location_id,
                        q.package_id, q.owner_id, a.warehouse_id, a.complete_name, q.id,
                        %s AS quantity
                    FROM trace_expiry_due d
                    JOIN stock_quant q ON q.lot_id = d.lot_id AND q.location_id = d.location_id
                    JOIN stock_location a ON a.id = q.location_id
                    WHERE d.id = ANY(%s) AND a.usage = 'internal' AND a.warehouse_id IS NOT NULL
                ) g WHERE quantity > 0 ORDER BY complete_name, product_id, id
                """,
                free(),
                self.ids,
            )
        )

    def _with_destination(self, goods, dest):
        """Goods with the place to which they go; those that have none, or are there, are left."""
        places = self.env["stock.location"].sudo().browse({row["location_id"] for row in goods})
        targets = dict.fromkeys(places, dest) if dest else places._trace_quarantines_for()
        found = []
        for row in goods:
            source = places.browse(row["location_id"])
            target = targets[source]
            if target and not source.parent_path.startswith(target.parent_path):
                found.append({**row, "dest_id": target.id})
        if goods and not dest and not any(targets.values()):
            raise UserError(
                self.env._(
                    "There is no place to pull to: choose one, or set a quarantine place on the "
                    "warehouse."
                )
            )
        return found

    # -- marks and scrap ------------------------------------------------------

    def _mark(self, percent, until=None):
        """Put the goods on the markdown list."""
        rows = self.filtered(lambda row: row.state == "open" and row.stage != "undated").sudo()
        if not rows:
            return self.env["trace.expiry.action"]
        for day, mine in rows.grouped(lambda row: until or row.last_day).items():
            mine.write({"state": "marked", "marked_percent": percent, "marked_until": day})
        return self.env["trace.expiry.action"]._record("mark", rows)

    def _propose_scrap(self):
        """Prepare scrap orders for what is free of the goods; nothing is scrapped yet."""
        rows = self._unhandled().sudo()
        goods = rows._free_goods()
        if not goods:
            return self.env["trace.expiry.action"]
        scraps = self.env["stock.scrap"].sudo().create([self._scrap_values(row) for row in goods])
        by_row = {row["due_id"]: scrap for row, scrap in zip(goods, scraps, strict=True)}
        for row in rows.browse(by_row):
            row.write({"state": "scrap", "scrap_id": by_row[row.id].id})
        return self.env["trace.expiry.action"]._record(
            "scrap", rows.browse(by_row), scrap_ids=[(6, 0, scraps.ids)]
        )

    def _scrap_values(self, row):
        product = self.env["product.product"].browse(row["product_id"])
        return {
            "product_id": row["product_id"],
            "product_uom_id": product.uom_id.id,
            "lot_id": row["lot_id"],
            "location_id": row["location_id"],
            "package_id": row["package_id"],
            "owner_id": row["owner_id"],
            "scrap_qty": row["quantity"],
            "company_id": row["company_id"],
            "origin": self._document_name("scrap"),
        }

    def action_scrap_now(self):
        """Scrap what was proposed of the selected goods, all at once."""
        self._check_right()
        self.check_access("read")
        actions = self.env["trace.expiry.action"].search([("scrap_ids", "in", self.scrap_id.ids)])
        scraps = actions.scrap_ids.filtered(
            lambda scrap: scrap.state == "draft" and scrap.lot_id in self.lot_id
        )
        if not scraps:
            raise UserError(self.env._("Nothing of this is to be scrapped. Propose it first."))
        scraps._trace_scrap_at_once()
        return {"type": "ir.actions.client", "tag": "soft_reload"}
