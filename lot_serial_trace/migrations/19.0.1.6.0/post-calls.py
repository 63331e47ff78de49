"""Call lists had people of cases that were over, whom nobody could strike out."""


def migrate(cr, version):
    """Take them off."""
    cr.execute(
        """
        UPDATE trace_recall_consignee c SET to_call = FALSE FROM trace_recall r
        WHERE r.id = c.recall_id AND r.state IN ('closed', 'cancelled') AND c.to_call
        """
    )
