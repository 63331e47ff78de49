from collections import namedtuple
from hashlib import sha1

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..core import expiry, findings, permits, till
from ..core.expiry_classes import Classes
from .trace_expiry_sql import due, table

#: A till and what it sells from.
#:
#: ``place``: where it sells from; ``path``: of this place; ``places``: ids of those in it that
#: have goods to sell, so quarantine aside; ``today``: the local day there.
Shop = namedtuple("Shop", "config place path places company zone today")


class TraceTillShop(models.AbstractModel):
    """What is decided about the goods of a shop, for its book and for the server's word.

    Severities come from policy for the till's operation type, the places that goods leave and
    reach, the company and the product; last days of sale from expiry rules.
    """

    _name = "trace.till.shop"
    _description = "Shop of a Till"

    @api.model
    def _shop(self, config):
        """The :class:`Shop` of a till."""
        place = config._trace_shop()
        rules = self.env["trace.expiry.rule"]
        return Shop(
            config=config,
            place=place,
            path=place.parent_path or "",
            places=self._places(place),
            company=config.company_id,
            zone=rules._zone(config.company_id),
            today=rules._today(place),
        )

    @api.model
    def _places(self, shop):
        """Ids of the places with goods to sell: one query."""
        places = self.env["stock.location"].with_context(active_test=False)
        inside = places.search([("id", "child_of", shop.id), ("usage", "=", "internal")]).ids
        if shop and shop._trace_in_quarantine():
            return inside
        return sorted(set(inside) - set(shop._trace_quarantine_below()))

    @api.model
    def _numbers_asked(self, shop):
        """Whether cashiers are asked for numbers at all."""
        kind = shop.config.picking_type_id
        return kind.use_create_lots or kind.use_existing_lots

    @api.model
    def _sold_here(self, shop):
        """The tracked products that tills of the company sell, in combos or alone."""
        if not self._numbers_asked(shop):
            return self.env["product.product"]
        combos = self.env["product.combo.item"]._search([]).subselect("product_id")
        return self.env["product.product"].search(
            Domain("tracking", "!=", "none")
            & Domain("company_id", "in", (False, shop.company.id))
            & (Domain("available_in_pos", "=", True) | Domain("id", "in", combos)),
            order="id",
        )

    # -- severities -----------------------------------------------------------

    @api.model
    def _severities(self, shop, products, partner_id=None):
        """dict product -> dict code -> severity; products that no policy tells apart share it."""
        policies = self.env["trace.policy"]
        named = {rule.product_id for rule in policies._rules()}
        alike = products.grouped(lambda one: one if one.id in named else one.categ_id)
        cases = [
            {
                "code": code,
                "company_id": shop.company.id,
                "product_id": some[0].id,
                "partner_id": partner_id,
                "picking_type_id": shop.config.picking_type_id.id,
                "location_ids": (shop.place.id, shop.config._trace_customers().id),
            }
            for some in alike.values()
            for code in till.TOLD
        ]
        answers = iter(policies._resolve(cases))
        found = {}
        for some in alike.values():
            severities = {code: _in_force(next(answers)[0]) for code in till.TOLD}
            found.update(dict.fromkeys(some, severities))
        return found

    @api.model
    def _passed(self, shop, stopped, partner=None):
        """Which of what is stopped goes by a permission (``trace.pass``): places in the list.

        :param stopped: list of code, product id, number, quantity, id of the last hold (or 0)
        """
        return (
            self.env["trace.pass"]
            ._in_force(shop.company.ids)
            ._admit_blocked(
                [
                    permits.Blocked(
                        ref=place,
                        code=code,
                        company_id=shop.company.id,
                        number=(product_id, number),
                        picking_type_id=shop.config.picking_type_id.id,
                        partner_ids=(partner.id, partner.commercial_partner_id.id)
                        if partner
                        else (),
                        dest_path=shop.config._trace_customers().parent_path or "",
                        quantity=quantity,
                        hold_id=hold_id,
                    )
                    for place, (code, product_id, number, quantity, hold_id) in enumerate(stopped)
                ]
            )
        )

    # -- last days of sale ----------------------------------------------------

    @api.model
    def _stop_rules(self):
        return [rule for rule in self.env["trace.expiry.rule"]._rules() if rule.stop_unit]

    @api.model
    def _stop_sql(self, shop, products):
        """SQL of the last day of sale of lots in the shop: lot_id, day (epoch days).

        The earliest one, where a lot lies in several places. None where no rule sets any.
        """
        rules = self._stop_rules()
        if not rules:
            return None
        tables = self._stop_tables(shop, products, Classes(rules))
        return SQL(
            """
            WITH %(tables)s,
            dated AS (
                SELECT DISTINCT l.id AS lot_id, g.goods, place.place, g.shelf, g.use_time,
                    g.removal_time, l.trace_made AS made, %(days)s
                FROM page
                JOIN stock_lot l ON l.id = page.lot_id
                JOIN stock_quant q ON q.lot_id = l.id AND q.quantity > 0
                JOIN place ON place.location_id = q.location_id
                JOIN goods_class g ON g.product_id = l.product_id)
            SELECT lot_id, min(%(due)s) - 1 - date '1970-01-01' AS day
            FROM dated JOIN won ON won.goods = dated.goods AND won.place = dated.place
            GROUP BY lot_id
            """,
            tables=tables,
            due=due("stop"),
            days=SQL(", ").join(
                SQL(
                    "(l.%s AT TIME ZONE 'UTC' AT TIME ZONE %s)::date AS %s",
                    SQL.identifier(column),
                    shop.zone.key,
                    SQL.identifier(name),
                )
                for name, column in (
                    ("expiration", "expiration_date"),
                    ("use", "use_date"),
                    ("removal", "removal_date"),
                    ("received", "create_date"),
                )
            ),
        )

    @api.model
    def _stop_tables(self, shop, products, classes):
        """SQL of the tables of classes of goods and places, and of what rules come to for them."""
        goods = [
            (
                one.id,
                classes.goods(one.id, _upwards(one.categ_id)),
                one.expiration_time,
                one.use_time,
                one.removal_time,
            )
            for one in products
        ]
        places = [
            (one.id, classes.place(_upwards(one), shop.company.id))
            for one in self.env["stock.location"].browse(shop.places)
        ]
        won = [_won(*one) for one in classes.limits()]
        columns = {"product_id": "int", "goods": "int"}
        columns |= dict.fromkeys(("shelf", "use_time", "removal_time"), "int")
        limits = {"goods": "int", "place": "int", "stop_kind": "varchar"}
        limits |= {"stop_days": "int", "stop_percent": "float8"}
        return SQL(
            "%s, %s, %s",
            table("goods_class", columns, goods),
            table("place", {"location_id": "int", "place": "int"}, places),
            table("won", limits, won),
        )

    # -- words ----------------------------------------------------------------

    @api.model
    def _kinds(self):
        """The words for what a till can say, in the user's language."""
        return {
            code: {
                "title": self.env._(kind.title),
                "message": self.env._(kind.message),
                "remedy": self.env._(kind.remedy),
            }
            for code, kind in ((code, findings.KINDS[code]) for code in till.CODES)
        }

    # -- fingerprints ---------------------------------------------------------

    @api.model
    def _stock_print(self, shop):
        """Fingerprint of what says which lots are in a book, and with which dates."""
        said = (shop.places, shop.company.id, shop.zone.key, self._stop_rules())
        return fingerprint(said, self._numbers_asked(shop))

    @api.model
    def _policy_print(self, shop):
        """Fingerprint of what severities follow from."""
        rules = [rule for rule in self.env["trace.policy"]._rules() if rule.code in till.TOLD]
        kind, where = shop.config.picking_type_id, shop.config._trace_customers()
        return fingerprint(rules, kind.id, shop.path, where.parent_path)


def _in_force(severity):
    """What a severity comes to at a till: goods that leave cannot be quarantined, they stay."""
    return "block" if severity == "quarantine" else severity


def fingerprint(*values):
    """A short text that differs where values do."""
    return sha1(repr(values).encode(), usedforsecurity=False).hexdigest()[:12]


def _upwards(record):
    """Ids of a record and of all it lies in, nearest first."""
    return tuple(int(part) for part in reversed((record.parent_path or "").split("/")) if part)


def _won(goods, place, limits):
    stop = limits.stop
    days = stop.days() if stop and stop.unit == expiry.DAYS else None
    percent = stop.at if stop and stop.unit == expiry.PERCENT else None
    return goods, place, stop and stop.kind, days, percent
