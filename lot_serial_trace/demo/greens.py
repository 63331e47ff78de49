"""Food on the Food Traceability List: lettuce from a farm, salad cut of it, cod from a vessel.

Everything that 21 CFR part 1, subpart S asks for is told, so that the FDA's question about a lot
is answered without a gap.
"""

from datetime import timedelta

from ..core.fsma204 import CTES
from .story import Story
from .works import Works

#: What is received: product, quantity, supplier, kind and number of his paper.
RECEIVED = (
    ("romaine", 60, "green_valley", "BOL", "GV-88"),
    ("cod", 24, "vessel", "INV", "NS-17"),
)
#: Cartons of lettuce that become bags of salad.
CUT, BAGS = 20, 40
DELIVERED = (("romaine", 30), ("cod", 10))


def main(env):
    """Play it once, without a word."""
    Greens(Story(env, lambda *_words: None)).play()


class Greens:
    """From field and sea to the grocer.

    :param story: the story, whose places and voice it takes
    """

    def __init__(self, story):
        self.story, self.env, self.say = story, story.env, story.say
        self.house = story._ref("warehouse_dc")
        lots = self.env["stock.lot"].search_count([("name", "=like", "RH-%")])
        self.number = lots + 1
        self.codes = {
            name: f"{mark}-{self.number:04}"
            for name, mark in (("romaine", "RH"), ("salad", "CS"), ("cod", "AC"))
        }

    def play(self):
        """Received, cut, delivered."""
        supplier = self.env.ref("stock.stock_location_suppliers")
        for name, quantity, partner, kind, number in RECEIVED:
            receipt = self._move("in", supplier, self._stock, [(name, quantity)], partner)
            receipt.write({"trace_ref_type": kind, "trace_ref_number": f"{number}{self.number:02}"})
        self._told_by_the_farm()
        goods = list(DELIVERED)
        if "mrp.production" in self.env:
            self._cut()
            goods.append(("salad", BAGS - 15))
        customer = self.env.ref("stock.stock_location_customers")
        delivery = self._move("out", self._stock, customer, goods, "grocer")
        self.say(
            f"7  Listed food: {', '.join(self.codes.values())}; delivered with {delivery.name}"
        )

    def answer(self):
        """The FDA asks for the lot of lettuce, and gets its sortable spreadsheet."""
        request = self.env["trace.regulator.request"].create(
            {"law": "fsma204", "authority": "FDA, J. Doe", "numbers": self.codes["romaine"]}
        )
        rows = request._want("xlsx").rows
        titles = [self.env._(cte.title) for cte in CTES.values()]
        events = {title: rows[title] for title in titles if rows[title]}
        self.story.facts["fsma204"] = rows
        self.say(
            f"   The FDA asks for {self.codes['romaine']}: "
            + ", ".join(f"{title} {count}" for title, count in events.items())
            + f"; missing: {rows[self.env._('Missing')]}"
        )

    @property
    def _stock(self):
        return self.house.lot_stock_id

    def _lot(self, name):
        return self.env["stock.lot"].search(
            [
                ("name", "=", self.codes[name]),
                ("product_id", "=", self.story._ref(name).id),
            ]
        )

    def _move(self, way, source, dest, goods, partner):
        units = [(self.story._ref(name), self.codes[name], quantity) for name, quantity in goods]
        kind = self.house.in_type_id if way == "in" else self.house.out_type_id
        return self.story._transfer(kind, source, dest, units, self.story._ref(partner))

    def _told_by_the_farm(self):
        day = self.story.today - timedelta(days=2)
        self._lot("romaine").write(
            {
                "trace_made": day,
                "trace_tlc_source_id": self.story._ref("green_valley").id,
                "trace_farm_id": self.story._ref("farm").id,
                "trace_field": "Field 7 North",
                "trace_harvester": "Valley Harvest Crew, +1 555 0190",
                "trace_harvest_from": day,
                "trace_cooled_id": self.story._ref("green_valley").id,
                "trace_cooled_on": day,
            }
        )
        self._lot("cod").write(
            {
                "trace_field": "FAO 27, Gulf of Maine",
                "trace_harvest_from": day - timedelta(days=2),
                "trace_harvest_to": day,
            }
        )

    def _cut(self):
        """Cartons of hearts become bags of salad, under a new lot code."""
        works = Works(self.env)
        works.products = {"salad": self.story._ref("salad")}
        works.lots = {self.codes["romaine"]: self._lot("romaine")}
        works._make(self.codes["salad"], "salad", BAGS, ((self.codes["romaine"], CUT),))
