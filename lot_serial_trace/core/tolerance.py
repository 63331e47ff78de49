"""How much two quantities may differ before anybody is told, and how long goods must last."""

from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal


@dataclass(frozen=True, slots=True)
class Leeway:
    """A difference that is let pass: the larger of a share and a quantity.

    :param share: fraction of what was expected (``Decimal("0.02")``: 2 %)
    :param quantity: in the product's unit
    """

    share: Decimal = Decimal(0)
    quantity: Decimal = Decimal(0)

    def of(self, expected):
        """The difference that is let pass where ``expected`` was expected."""
        return max(expected * self.share, self.quantity)


@dataclass(frozen=True, slots=True)
class Tolerance:
    """What is let pass for one product.

    :param over: captured may exceed advised by so much
    :param under: captured may fall short of advised by so much
    :param order: captured may exceed ordered by so much
    :param rounding: quantities closer than this are equal; the unit's rounding
    :param min_life_days: days that goods must have left; 0: not looked at
    :param min_life_share: fraction of ``total_life_days`` that they must have left; where
        both are given the longer counts
    :param total_life_days: days from making to expiry; 0: not known
    :param packs: how many pieces the packs of the product hold, to recognise a notice that
        counts packs where it says pieces
    """

    over: Leeway = Leeway()
    under: Leeway = Leeway()
    order: Leeway = Leeway()
    rounding: Decimal = Decimal("0.000001")
    min_life_days: int = 0
    min_life_share: Decimal = Decimal(0)
    total_life_days: int = 0
    packs: tuple = ()

    @property
    def wanted_days(self):
        """Whole days that goods must have left; 0: not looked at."""
        share = self.min_life_share * self.total_life_days
        return max(self.min_life_days, int(share.to_integral_value(ROUND_CEILING)))

    def excess(self, captured, advised):
        """How much more than allowed was captured; zero or less when all is well."""
        return self._beyond(captured - advised, self.over.of(advised))

    def shortage(self, captured, advised):
        """How much less than allowed was captured; zero or less when all is well."""
        return self._beyond(advised - captured, self.under.of(advised))

    def surplus(self, captured, ordered):
        """How much more than allowed of what was ordered was captured."""
        return self._beyond(captured - ordered, self.order.of(ordered))

    def pack(self, captured, advised):
        """The pack whose size explains the difference, or None.

        >>> Tolerance(packs=(Decimal(24),)).pack(Decimal(240), Decimal(10))
        Decimal('24')
        """
        few, many = sorted((captured, advised))
        for size in self.packs:
            if few and size > 1 and abs(few * size - many) < self.rounding:
                return size
        return None

    def _beyond(self, difference, allowed):
        return difference if difference > allowed and difference >= self.rounding else 0
