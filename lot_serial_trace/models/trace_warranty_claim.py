from odoo import models


class TraceWarranty(models.Model):
    """A claim is an exception on the desk: with an owner, a clock and an end."""

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "trace.warranty"

    def _claim(self, reason, owner=None):
        """Put a claim on the desk; the same unit's claim that is open already is seen again."""
        self.ensure_one()
        one = self.sudo()
        return self.env["trace.exception"]._open_many(
            [
                {
                    "kind": "warranty_claim",
                    "values": {
                        "lot": one.number,
                        "product": one.product_id.display_name,
                        "customer": one.partner_id.display_name or self.env._("the bearer"),
                        "reason": reason,
                        "warranty": one._sentence(),
                    },
                    "company_id": one.company_id.id,
                    "lot_id": one.lot_id.id,
                    "lot_name": one.number,
                    "product_id": one.product_id.id,
                    "quantity": one.quantity,
                    "partner_id": one.partner_id.id,
                    "user_id": owner.id if owner else False,
                    "document_model": one._name,
                    "document_id": one.id,
                    # The desk must know first whether it is covered at all.
                    "hint": "%(warranty)s.",
                }
            ]
        )
