from odoo import api, fields, models

from .marks import COUNTED_BEFORE
from .trace_count_result import Counted


class TraceCountApplying(models.AbstractModel):
    """Puts a count on the stock.

    Differences are taken against the theory that was frozen when a row was counted, and
    added to what is there now: what moved meanwhile stays as it moved. A serial number
    that the books have in another place is taken off there. Odoo's own inventory adjustment
    does the rest; a row without a difference is applied, too, for the record that it was
    counted. What was counted is kept as ``trace.count.result`` when the count ends, and not once
    more when it is applied, wherever that is done.
    """

    _name = "trace.count.applying"
    _description = "Application of Counts"

    @api.model
    def _finish(self, count, missing_is_zero, apply):
        if count.state == "done":
            return self._answer(count, True, self.env._("This count is finished already."), [])
        if count.task_id:
            return self._finish_task(count)
        rows = count.sudo().line_ids
        if missing_is_zero and count.state == "open":
            rows |= self._add_missing(count)
        if not rows:
            return self._answer(count, False, self.env._("Nothing was counted yet."), [])
        may_apply = apply and self.env.user.has_group("stock.group_stock_manager")
        self._make_lots(rows)
        if count.state == "open":
            self.env["trace.count.result"]._record(self._results(count, rows))
        self._put(count, rows.filtered(lambda row: not row.applied), may_apply)
        count.sudo().write(
            {
                "state": "done" if may_apply else "submitted",
                "finished_at": fields.Datetime.now(),
            }
        )
        return self._answer(count, True, self._message(count, rows, may_apply), rows)

    @api.model
    def _finish_task(self, count):
        if count.state == "open":
            return self.env["trace.count.settling"]._finish(count)
        message = self.env._("A stock manager approves this count in its campaign.")
        return self._answer(count, True, message, [])

    @api.model
    def _put(self, count, rows, apply):
        """Put what was counted on the quants, as counted quantities or applied."""
        misplaced = self._clear_misplaced(count, rows)
        quants = self._set_quantities(count, rows)
        if apply:
            counted = {"trace_counted": COUNTED_BEFORE}
            # First: a serial number is in one place only.
            misplaced.with_context(**counted)._apply_inventory()
            quants.with_context(**counted)._apply_inventory()
            rows.applied = True

    @api.model
    def _results(self, count, rows):
        """The :class:`Counted` rows of a count that ends."""
        now = fields.Datetime.now()
        task = count.task_id
        return [
            Counted(
                company_id=count.company_id.id,
                location_id=count.location_id.id,
                user_id=count.user_id.id,
                counted_at=row.counted_at or now,
                source="campaign" if task else "scan",
                session=f"task,{task.id}" if task else f"count,{count.id}",
                product_id=row.product_id.id,
                lot_id=row.lot_id.id or None,
                number=row.number,
                theory_qty=row.theory,
                counted_qty=row.counted,
                count_id=count.id,
                campaign_id=task.campaign_id.id or None,
                count_line_id=row.id,
            )
            for row in rows
        ]

    @api.model
    def _without_counts(self, quants):
        """Quants that are applied, but for those whose count was recorded when it was made.

        A manager may apply in Odoo's physical inventory what somebody has counted by scanning.
        """
        rows = (
            self.env["trace.count.line"]
            .sudo()
            .search(
                [
                    ("count_id.state", "=", "submitted"),
                    ("task_id", "=", False),
                    ("count_id.location_id", "in", quants.location_id.ids),
                    ("product_id", "in", quants.product_id.ids),
                    ("applied", "=", False),
                ]
            )
        )
        by_key = rows.grouped(lambda row: (row.count_id.location_id, row.product_id, row.lot_id))
        groups = quants.grouped(lambda quant: (quant.location_id, quant.product_id, quant.lot_id))
        known = quants.browse()
        for key in groups.keys() & by_key.keys():
            difference = sum(groups[key].mapped("inventory_diff_quantity"))
            counted = sum(row.counted - row.theory for row in by_key[key])
            if not key[1].uom_id.compare(difference, counted):
                known |= groups[key]
            # Else somebody has entered another quantity: that is a count of its own.
            by_key[key].applied = True
        self._close_applied(rows.count_id)
        return quants - known

    @api.model
    def _close_applied(self, counts):
        """Counts of which nothing is left to apply are done."""
        left = counts.line_ids.filtered(lambda row: not row.applied).count_id
        (counts - left).state = "done"

    @api.model
    def _message(self, count, rows, applied):
        wrong = len([row for row in rows if row.uom_id.compare(row.counted, row.theory)])
        words = {"place": count.location_id.display_name, "rows": len(rows), "wrong": wrong}
        if applied:
            return self.env._(
                "%(place)s is counted: %(rows)s rows, %(wrong)s differences, applied.", **words
            )
        return self.env._(
            "%(place)s is counted: %(rows)s rows, %(wrong)s differences. A stock manager "
            "applies them.",
            **words,
        )

    @api.model
    def _answer(self, count, done, message, rows):
        return {
            "done": done,
            "message": message,
            "differences": [
                {
                    **row._told(blind=False),
                    "difference": row.product_id.uom_id.round(row.counted - row.theory),
                }
                for row in rows
                if row.uom_id.compare(row.counted, row.theory)
            ],
        }

    @api.model
    def _add_missing(self, count, expects=None):
        """Rows with nothing counted for what should lie here and was not found.

        :param expects: ``expects(product id, lot id)`` tells what was looked for; None: all
        """
        counted = {(line.product_id.id, line.lot_id.id) for line in count.sudo().line_ids}
        groups = (
            self.env["stock.quant"]
            .sudo()
            ._read_group(
                [("location_id", "=", count.location_id.id), ("quantity", "!=", 0)],
                ["product_id", "lot_id"],
                ["quantity:sum"],
            )
        )
        return (
            self.env["trace.count.line"]
            .sudo()
            .create(
                [
                    {
                        "count_id": count.id,
                        "product_id": product.id,
                        "lot_id": lot.id,
                        "number": lot.name or "",
                        "theory": quantity,
                        "counted_at": fields.Datetime.now(),
                    }
                    for product, lot, quantity in groups
                    if (product.id, lot.id) not in counted
                    and (expects is None or expects(product.id, lot.id))
                ]
            )
        )

    @api.model
    def _clear_misplaced(self, count, rows):
        """Stock by the books of serial numbers that were found here; counted as gone there."""
        serials = rows.filtered(lambda row: row.product_id.tracking == "serial" and row.counted)
        misplaced = self.env["stock.quant"].search(
            [
                ("lot_id", "in", serials.lot_id.ids),
                ("location_id", "!=", count.location_id.id),
                ("location_id.usage", "in", ("internal", "transit")),
                ("company_id", "=", count.company_id.id),
                ("quantity", ">", 0),
            ]
        )
        misplaced.with_context(inventory_mode=True).inventory_quantity = 0
        return misplaced

    @api.model
    def _set_quantities(self, count, rows):
        """Write what was counted on the quants of the place; returns them."""
        quants = self.env["stock.quant"].search([("location_id", "=", count.location_id.id)])
        by_key = quants.grouped(lambda quant: (quant.product_id, quant.lot_id))
        touched = quants.browse()
        for row in rows:
            here = by_key.get((row.product_id.with_env(self.env), row.lot_id.with_env(self.env)))
            touched |= self._set_row(count, row, here or quants.browse())
        return touched

    @api.model
    def _make_lots(self, rows):
        """Numbers that were found and are not known become known."""
        new = rows.filtered(lambda row: row.number and not row.lot_id and row.counted)
        lots = (
            self.env["stock.lot"]
            .with_context(mail_create_nolog=True)
            .create(
                [
                    {
                        "name": row.number,
                        "product_id": row.product_id.id,
                        "company_id": row.product_id.company_id.id,
                    }
                    for row in new
                ]
            )
        )
        for row, lot in zip(new, lots, strict=True):
            row.lot_id = lot.id

    @api.model
    def _set_row(self, count, row, here):
        """Spread what was counted of one thing over its quants: loose ones take the rest.

        Packages keep what the books say they hold as long as the count allows it.
        """
        stock = self.env["stock.quant"].with_context(inventory_mode=True)
        total = sum(here.mapped("quantity")) + row.counted - row.theory
        here = here.sorted(lambda quant: (not quant.package_id, not quant.owner_id, quant.id))
        loose = here.filtered(lambda quant: not quant.package_id and not quant.owner_id)[:1]
        if not loose:
            loose = stock.create(
                {
                    "product_id": row.product_id.id,
                    "location_id": count.location_id.id,
                    "lot_id": row.lot_id.id,
                    "inventory_quantity": 0,
                }
            )
        for quant in here - loose:
            share = max(0.0, min(quant.quantity, total))
            quant.with_context(inventory_mode=True).inventory_quantity = share
            total -= share
        loose.with_context(inventory_mode=True).inventory_quantity = max(0.0, total)
        return here | loose
