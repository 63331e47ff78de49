"""What ``make demo`` plays: the whole way of one lot, with all that goes wrong, and the figures.

The guided set-up, a supplier's wrong notice and its correction, the receipt, the shelf, the shop,
a till without network, a count campaign, a drill and, of the same lot, a recall to its close, and
what an authority gets of listed food. Each play has numbers of its own, so it can be played again
and again.
"""

from .alarm import Alarm
from .counting import Counting
from .figures import told
from .greens import Greens
from .story import THERMOMETER_GTIN, Story


def main(env, say=print):
    """Play it and print each step; the caller commits."""
    return Walk(env, say).play()


class Walk(Story):
    """The story with its turns."""

    def play(self):
        """All of it, then the figures."""
        self.set_up()
        super().play()
        alarm = Alarm(self)
        alarm.exercise()
        self.count()
        alarm.play()
        self.regulator()
        self.say("   What it comes to, of the last 28 days:")
        for line in told(self.env):
            self.say(f"   {line}")
        return self.facts

    def set_up(self):
        """The guide sets the app up for food, of one category; a second time there is nothing."""
        setup = self.env["trace.setup"].create({})
        food = setup.trade_ids.filtered(lambda one: one.trade == "food")
        food.write({"chosen": True, "categ_ids": [(6, 0, self._ref("category").ids)]})
        setup.action_look()
        if setup.change_ids._to_do():
            setup.action_set()
        self.facts["setup"] = setup.state
        self.say(f"0  Guided set-up for food in {self._ref('category').name}: {setup.says}")
        if setup.state != "done":
            setup.sudo().unlink()

    # -- the supplier's wrong notice --------------------------------------------

    def notice(self, order):
        """What the supplier sends first is wrong; the correction takes its place."""
        wrong = (
            self.notice_file()
            .replace(THERMOMETER_GTIN.encode(), THERMOMETER_GTIN[:-1].encode() + b"7")
            .replace(self.serial(4).encode(), self.serial(3).encode())
        )
        first = self._import(f"wrong_{self.notice_name}", wrong)
        flaws = self.env["trace.exception"].search([("asn_id", "=", first.id)], order="id")
        self.say(f"2  Notice {first.display_name} comes in wrong: {first.state}")
        for flaw in flaws:
            said = flaw.name.rstrip(".")
            self.say(f"   - {said}. {flaw.remedy}")
        asn = super().notice(order)
        self.facts.update(
            wrong_notice=first.state, wrong_flaws=sorted(flaws.mapped("kind")), wrong_id=first.id
        )
        open_ones = flaws.filtered(lambda one: one.state in ("open", "progress"))
        self.say(
            f"   It corrects the first one, which is {first.state}; still open: {len(open_ones)}"
        )
        return asn

    # -- the till without network -----------------------------------------------

    def sell_at_the_till(self):  # pylint: disable=missing-return
        """After a sale as it should be: one of a till that has not heard the news."""
        super().sell_at_the_till()
        number = self.serial(2)
        lot = self.env["stock.lot"].search([("name", "=", number)])
        self.env["trace.hold"]._place(lot, "The display of this batch may stay dark.")
        self.say(f"5  The shop's line is down. Quality puts {number} on hold meanwhile.")
        orders = self._sell([self._till_line("thermometer", 1, [number])], "Offline")
        orders += self._sell(
            [self._till_line("thermometer", 1, [self.serial(1)])], "Offline, again"
        )
        found = self.env["trace.exception"].search(
            [("kind", "=like", "pos_%"), ("lot_name", "in", [number, self.serial(1)])], order="id"
        )
        self.facts.update(
            offline=orders.mapped("state"), offline_found=sorted(found.mapped("kind"))
        )
        self.say(f"   The line is back: {len(orders)} sales come in and stand. On the desk:")
        for one in found:
            self.say(f"   - {' '.join(one.name.split())}. {' '.join(one.remedy.split())}")

    # -- the count --------------------------------------------------------------

    def count(self):
        """The shelf is counted by a campaign; a tin is not there."""
        name = f"Shelf A1, play {self.number}"
        Counting(self).play(name, self.shelf, self.good_lot)

    # -- for authorities --------------------------------------------------------

    def regulator(self):
        """Fresh food comes, is cut and goes; the FDA asks for one lot of it."""
        greens = Greens(self)
        greens.play()
        greens.answer()
