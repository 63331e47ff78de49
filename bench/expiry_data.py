"""A stock that expires, for benchmarks: a million lots and two hundred rules.

``fill`` writes with SQL what receiving would have written, as far as expiry looks at it: lots,
stock, products, categories, places, rules. Nothing is committed.
"""

RULES = 200


def fill(env, lots=1_000_000, products=2_000, places=100):
    """Put ``lots`` lots into stock, dated from 40 days ago to two years from now.

    :return: the rules
    """
    warehouse = env["stock.warehouse"].search([("company_id", "=", env.company.id)], limit=1)
    categories = env["product.category"].create(
        [{"name": f"Bench {number}"} for number in range(50)]
    )
    shelves = env["stock.location"].create(
        [
            {
                "name": f"Bench {number}",
                "usage": "internal",
                "location_id": warehouse.lot_stock_id.id,
            }
            for number in range(places)
        ]
    )
    goods = env["product.product"].create(
        [
            {
                "name": f"Bench {number}",
                "is_storable": True,
                "tracking": "lot",
                "use_expiration_date": True,
                "expiration_time": 100 + number % 600,
                "categ_id": categories[number % len(categories)].id,
            }
            for number in range(products)
        ]
    )
    env.flush_all()
    _fill_lots(env, lots, goods, shelves)
    return _rules(env, goods, categories, shelves)


def _fill_lots(env, lots, goods, shelves):
    env.cr.execute(
        """
        WITH new AS (
            INSERT INTO stock_lot (name, product_id, company_id, expiration_date, use_date,
                removal_date, alert_date, trace_status, create_date, write_date)
            SELECT 'BENCH' || i, (%(goods)s::int[])[1 + i %% %(products)s], %(company)s,
                d.expires, d.expires, d.expires, d.expires, 'free', d.expires - interval '1 year',
                now() AT TIME ZONE 'UTC'
            FROM generate_series(1, %(lots)s) AS i
            CROSS JOIN LATERAL (SELECT date_trunc('day', now() AT TIME ZONE 'UTC')
                + make_interval(days => (i * 7919::bigint %% 770 - 40)::int)
                + interval '21 hours 59 minutes 59 seconds' AS expires) d
            RETURNING id, product_id, company_id, expiration_date)
        INSERT INTO stock_quant (product_id, company_id, location_id, lot_id, quantity,
            reserved_quantity, in_date, expiration_date, removal_date)
        SELECT product_id, company_id, (%(shelves)s::int[])[1 + id %% %(places)s], id, 5, 0,
            now() AT TIME ZONE 'UTC', expiration_date, expiration_date
        FROM new
        """,
        {
            "lots": lots,
            "goods": goods.ids,
            "products": len(goods),
            "shelves": shelves.ids,
            "places": len(shelves),
            "company": env.company.id,
        },
    )
    env.cr.execute("ANALYZE stock_lot, stock_quant, product_product, product_template")


def _rules(env, goods, categories, shelves):
    """Two hundred rules: for products, categories, places, and pairs of them."""
    return env["trace.expiry.rule"].create(
        [
            {
                "name": f"Bench {number}",
                "warn_unit": "days",
                "warn_at": 20 + number % 20,
                "stop_unit": ("days", "percent")[number % 2],
                "stop_at": number % 10,
                "pull_unit": "days",
                "pull_at": number % 3,
                "product_id": goods[number].id if number % 4 == 0 else False,
                "categ_id": categories[number % 50].id if number % 4 in (1, 2) else False,
                "location_id": shelves[number % 100].id if number % 4 >= 2 else False,
            }
            for number in range(RULES)
        ]
    )
