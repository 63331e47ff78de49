"""A count campaign: places dealt to counters, counted blindly, counted again, and approved."""

from odoo import Command

from .story import Story

#: Why something was missing.
REASON = "lot_serial_trace.count_reason_damage"


def main(env):
    """One campaign that is over, in which a bottle was missing, and one that has begun."""
    story = Story(env, lambda *_words: None)
    counting = Counting(story)
    counting.play("Cold room, each month", story._ref("cold_room"), "PD-WARN")
    counting.begin("Distribution Center, autumn", story._stock("dc")).blind = True


class Counting:
    """What Wanda counts, Quentin counts again, and the administrator approves.

    :param story: the story, whose people, goods and voice it takes
    """

    def __init__(self, story):
        self.env, self.say, self.facts = story.env, story.say, story.facts
        self.people = story._ref("user_warehouse") | story._ref("user_quality")

    def play(self, name, place, lot_name):
        """Count a place to the end; one piece of a lot is not there."""
        campaign = self.begin(name, place)
        tasks = campaign.task_ids
        for task in tasks:
            self._count(task, lot_name)
            if task.state == "recount":
                self._count(task, lot_name)
        rows = tasks._current().filtered("differs")
        self._say(campaign, rows)
        rows.reason_id = self.env.ref(REASON)
        tasks.filtered(lambda task: task.state == "approve").action_approve()
        rates = self.env["trace.inventory.accuracy"]._rates([("campaign_id", "=", campaign.id)])
        self.facts.update(
            campaign=campaign.state, count=rows.mapped("difference"), count_rates=rates
        )
        self.say(
            f"   Approved, and on the stock: {campaign.name} is {campaign.state}; "
            + ", ".join(f"{kind} {share * 100:.1f} % right" for kind, share in rates.items())
        )
        return campaign

    def begin(self, name, place):
        """Draw the places and deal them to the people."""
        campaign = self.env["trace.count.campaign"].create(
            {
                "name": name,
                "location_ids": [Command.set(place.ids)],
                "counter_ids": [Command.set(self.people.ids)],
            }
        )
        campaign.action_start()
        return campaign

    def _count(self, task, lot_name):
        """Who has the task scans what lies there, each lot once."""
        counts = self.env["trace.count"].with_user(task.user_id or self.people[:1])
        count = counts.browse(counts.trace_start(task_id=task.id)["id"])
        again = task._to_count_again()
        for quant in self._lying(task.location_id):
            if again and quant.lot_id not in again.lot_id:
                continue
            there = quant.quantity - (quant.lot_id.name == lot_name)
            answer = count.trace_count_scan(self._label(quant, there))
            if answer["verdict"] == "stop":
                raise AssertionError(answer["message"])
        count.trace_count_finish()

    def _lying(self, place):
        """Lots in a place whose label can be scanned."""
        return self.env["stock.quant"].search(
            [
                ("location_id", "=", place.id),
                ("quantity", ">", 0),
                ("lot_id", "!=", False),
                ("product_id.barcode", "!=", False),
            ]
        )

    def _label(self, quant, quantity):
        gtin = quant.product_id.barcode.zfill(14)
        if quant.product_id.tracking == "serial":
            return f"(01){gtin}(21){quant.lot_id.name}"
        return f"(01){gtin}(30){quantity:g}(10){quant.lot_id.name}"

    def _say(self, campaign, rows):
        tasks = campaign.task_ids
        counters = ", then ".join(tasks.count_ids.sorted("id").user_id.mapped("name"))
        self.say(
            f"6  Count campaign {campaign.name}: {len(tasks)} place(s), blindly, by {counters}"
        )
        for row in rows:
            self.say(
                f"   Counted {row.task_id.location_id.display_name}: {row.number} "
                f"{row.counted:g}, the books say {row.theory:g}"
            )
