from odoo import fields, models

from ..core.capture import numbers
from .trace_scan_reading import Stop


class TraceRecallDrillScanning(models.Model):
    """Units that a drill looks for are found by scanning them: nobody ticks them off."""

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "trace.recall"

    def trace_drill_scan(self, code: str, quantity: float | None = None) -> dict:
        """Tell that units of a drill were found, by the code on them.

        :param code: text as it came from the scanner, or was typed
        :param quantity: how many there are; by default as many as the stock says
        :return: dict ``verdict`` (``good`` or ``stop``), ``message``, ``left`` (tasks to do)
        """
        self.ensure_one()
        self._drill_must_run()
        code = str(code or "").strip()[:1000]
        try:
            task = self._drill_task_of(code)
        except Stop as stop:
            return {"verdict": "stop", "message": str(stop), "left": self.drill_open}
        found = task.quantity if quantity is None else max(float(quantity), 0)
        whole = found >= task.quantity
        says = self.env._(
            "%(found)s of %(expected)s %(unit)s",
            found=f"{found:g}",
            expected=f"{task.quantity:g}",
            unit=task.uom_name or "",
        )
        task._end("good" if whole else "bad", says, found, code)
        message = self.env._("%(lot)s is found: %(says)s.", lot=task.lot_id.name, says=says)
        return {"verdict": "good", "message": message, "left": self.drill_open}

    def _drill_task_of(self, code):
        """The task that asks for what was scanned.

        :raises Stop: nothing asks for it
        """
        reading = self.env["trace.scan.reading"]
        scan = reading._read(code)
        item = reading._item(scan)
        names = [name for name in numbers(scan) if name.isprintable()]
        product = item.product if item and scan.form != "plain" else False
        lots = reading._lots(names, product) if names else self.env["stock.lot"]
        tasks = self.drill_task_ids.filtered(lambda task: task.kind == "find")
        mine = tasks.filtered(lambda task: task.lot_id in lots)
        if not mine:
            raise Stop(self.env._("%s is not looked for in this drill.", code[:60]))
        waiting = mine.filtered(lambda task: task.state == "open")
        if not waiting:
            raise Stop(self.env._("%s was found already.", mine[0].lot_id.name))
        return waiting[0]

    def _drill_done(self, tasks):
        """Somebody has done tasks: the clock notes when all of a kind are done."""
        for task in tasks:
            self._note(
                f"drill_{task.kind}",
                f"{task.name}: {task.says}",
                task_id=task.id,
                detail=task.detail,
            )
        stamps = {"address": "drill_addresses_at", "find": "drill_found_at"}
        for kind in set(tasks.mapped("kind")):
            left = self.drill_task_ids.filtered(
                lambda task, kind=kind: task.kind == kind and task.state == "open"
            )
            if not left:
                self.sudo()[stamps[kind]] = fields.Datetime.now()
