from odoo import api, models


class TraceCertificate(models.Model):
    """The page behind a certificate's code: what who holds it knows, and what happened since."""

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "trace.certificate"

    @api.model
    def _checked(self, token, digest=None):
        """Values of the page, or None where there is no such certificate.

        :param digest: SHA-256 of a file that somebody has in hand
        """
        token = token or ""
        certificate = self.sudo().search([("token", "=", token)], limit=1) if token else None
        if not certificate:
            return None
        return {
            "certificate": certificate,
            "number": certificate.name,
            "issuer": certificate.company_id.name,
            "state": certificate.state,
            "newer": certificate.superseded_by_id.issued_at,
            "news": certificate._news(),
            "digest": digest,
            "same": digest == certificate.sha256 if digest else None,
        }

    def _news(self):
        """What happened to the numbers since: list of dicts ``what``, ``number``, ``since``.

        Why is not told: that is for those who ask the issuer.
        """
        holds = self.env["trace.hold"].search(
            [
                ("lot_id", "in", (self.lot_id | self.lot_ids).ids),
                ("company_id", "=", self.company_id.id),
                "|",
                ("state", "=", "active"),
                ("placed_at", ">=", self.issued_at),
            ],
            order="placed_at, id",
        )
        return [
            {
                "what": _what(hold),
                "number": hold.lot_id.name,
                "since": hold.placed_at,
                "until": hold.released_at,
            }
            for hold in holds[:100]
        ]


def _what(hold):
    if hold.state == "released":
        return "was_held"
    return "recalled" if hold.source == "recall" else "held"
