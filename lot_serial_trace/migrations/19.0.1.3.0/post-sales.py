"""What tills captured before knows its lot; conflicts get the kind of what was wrong."""


def migrate(cr, version):
    """Link captured numbers to their lots, and sort conflicts by the reason that they tell."""
    cr.execute(
        """
        UPDATE pos_pack_operation_lot k SET lot_id = found.lot_id
        FROM (
            SELECT p.id, (
                SELECT x.id FROM stock_lot x
                WHERE x.product_id = l.product_id AND x.name = p.lot_name
                    AND (x.company_id IS NULL OR x.company_id = o.company_id)
                ORDER BY x.company_id LIMIT 1) AS lot_id
            FROM pos_pack_operation_lot p
            JOIN pos_order_line l ON l.id = p.pos_order_line_id
            JOIN pos_order o ON o.id = l.order_id
            WHERE p.lot_id IS NULL) found
        WHERE found.id = k.id AND found.lot_id IS NOT NULL
        """
    )
    # Paid before: they are not judged again.
    cr.execute("UPDATE pos_order SET trace_judged = TRUE WHERE state NOT IN ('draft', 'cancel')")
    # The values of the finding were kept, each code has one that no other has.
    cr.execute(
        """
        UPDATE trace_exception SET
            kind = CASE WHEN details->>'customer' IS NOT NULL THEN 'pos_conflict'
                WHEN details->>'date' IS NOT NULL THEN 'pos_expired_sale'
                WHEN details->>'location' IS NOT NULL THEN 'pos_unknown_sale'
                WHEN lot_id IN (SELECT lot_id FROM trace_hold) THEN 'pos_held_sale'
                ELSE kind END,
            -- an end that people chose stays; what is open is known by another key from now on
            subject_key = CASE WHEN state = 'resolved' THEN subject_key END
        WHERE kind = 'pos_conflict'
        """
    )
