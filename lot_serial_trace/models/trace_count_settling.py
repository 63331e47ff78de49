from odoo import api, fields, models

from .trace_count_result import Counted
from .trace_count_task import COUNTABLE


class TraceCountSettling(models.AbstractModel):
    """What becomes of a place of a campaign when its count ends.

    All that belongs to the task is counted: what was not found is not there. The results are kept
    at once; what is counted again replaces its first result. Nobody is told what differs, in a
    blind count, and nothing is written on the quants before it is settled.
    """

    _name = "trace.count.settling"
    _description = "Settling of Counts"

    @api.model
    def _finish(self, count):
        """End the count of a task."""
        task = count.task_id.sudo()
        applying = self.env["trace.count.applying"]
        if task.state not in COUNTABLE:
            return self._too_late(count)
        again = task._to_count_again()
        rows = count.sudo().line_ids | applying._add_missing(count, task._expects())
        rows |= self._not_found_again(count, again, rows)
        self._replace(again, rows)
        self._record(count, rows)
        count.sudo().write({"state": "submitted", "finished_at": fields.Datetime.now()})
        wanted = rows.browse() if again else self._too_different(task, rows)
        if wanted:
            task._ask_again(wanted)
        else:
            self._settle(task)
        return applying._answer(count, True, self._message(task, rows), [] if count.blind else rows)

    @api.model
    def _too_late(self, count):
        """Somebody else has counted the place for the campaign; this one becomes one's own."""
        message = self.env._(
            "Somebody else has counted %s for the campaign. Finish again to keep yours, too.",
            count.location_id.display_name,
        )
        count.sudo().task_id = False
        return self.env["trace.count.applying"]._answer(count, False, message, [])

    @api.model
    def _not_found_again(self, count, again, rows):
        """What one person has found, where the books know nothing, and the next one has not."""
        counted = {(row.product_id, row.number) for row in rows}
        return (
            self.env["trace.count.line"]
            .sudo()
            .create(
                [
                    {
                        "count_id": count.id,
                        "product_id": row.product_id.id,
                        "lot_id": row.lot_id.id,
                        "number": row.number,
                        "counted_at": fields.Datetime.now(),
                    }
                    for row in again
                    if (row.product_id, row.number) not in counted
                ]
            )
        )

    @api.model
    def _message(self, task, rows):
        words = {"place": task.location_id.display_name, "rows": len(rows)}
        if task.state == "recount" and task.campaign_id.recount_other:
            return self.env._(
                "%(place)s is counted: %(rows)s rows. Somebody else counts some of it again.",
                **words,
            )
        if task.state == "recount":
            return self.env._(
                "%(place)s is counted: %(rows)s rows. Please count some of it again.", **words
            )
        return self.env._("%(place)s is counted: %(rows)s rows. Thank you.", **words)

    @api.model
    def _replace(self, again, rows):
        """What was counted once more is superseded."""
        if not again:
            return
        counted = {(row.product_id, row.number) for row in rows}
        earlier = again.task_id._current() - rows
        old = earlier.filtered(lambda row: (row.product_id, row.number) in counted)
        old.superseded = True
        self.env["trace.count.result"]._supersede(old)

    @api.model
    def _record(self, count, rows):
        """Keep the results, and what each row differs by."""
        results = self.env["trace.count.applying"]._results(count, rows)
        if not results and not count.task_id.product_ids:
            results = [self._nothing(count)]
        self.env["trace.count.result"]._record(results)
        worth = {result.count_line_id: result for result in results}
        for row in rows:
            row.differs = not worth[row.id].quantity_right
            row.value_difference = worth[row.id].value_difference

    @api.model
    def _nothing(self, count):
        """The result of a place in which nothing is, as the books say."""
        return Counted(
            company_id=count.company_id.id,
            location_id=count.location_id.id,
            user_id=count.user_id.id,
            counted_at=fields.Datetime.now(),
            source="campaign",
            session=f"task,{count.task_id.id}",
            count_id=count.id,
            campaign_id=count.task_id.campaign_id.id,
        )

    @api.model
    def _too_different(self, task, rows):
        """Rows that are counted again: by the rule, and where goods moved between two scans."""
        rule = task.campaign_id._recount_rule()
        if not rule:
            return rows.browse()
        return rows.filtered(
            lambda row: (
                row.differs
                and (row.moved or rule.wants(row.theory, row.difference, row.value_difference))
            )
        )

    @api.model
    def _settle(self, task):
        rule = task.campaign_id._approval_rule()
        rows = task._current()
        if any(rule.wants(row.differs and row.difference, row.value_difference) for row in rows):
            task.write({"state": "approve"})
        else:
            self._apply(task)

    @api.model
    def _apply(self, task):
        """Put what was counted on the stock; the campaign has said that it may be."""
        rows = task._current().filtered(lambda row: not row.applied)
        name = self.env._(
            "%(campaign)s: %(place)s",
            campaign=task.campaign_id.name,
            place=task.location_id.display_name,
        )
        applying = self.env["trace.count.applying"].sudo().with_context(inventory_name=name)
        applying._make_lots(rows)
        self._name_lots(rows)
        applying._put(task.count_ids[:1], rows, True)
        task.count_ids.filtered(lambda count: count.state == "submitted").state = "done"
        task.write({"state": "done", "done_at": fields.Datetime.now()})
        task.campaign_id._end_if_done()

    @api.model
    def _name_lots(self, rows):
        """Results of numbers that were unknown when they were counted point to their lots."""
        new = rows.filtered(lambda row: row.number and row.lot_id)
        domain = [("count_line_id", "in", new.ids), ("lot_id", "=", False)]
        results = self.env["trace.count.result"].sudo().search(domain)
        lots = {row.id: row.lot_id for row in new}
        for result in results:
            result.lot_id = lots[result.count_line_id]
