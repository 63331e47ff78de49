from werkzeug.exceptions import NotFound

from odoo.exceptions import AccessError, MissingError
from odoo.http import content_disposition, request, route

from odoo.addons.sale_stock.controllers.portal import SaleStockPortal


class ShipmentPortal(SaleStockPortal):
    """A customer may know what was in a delivery, as far as he may see the delivery."""

    @route(["/my/picking/contents/<int:picking_id>"], type="http", auth="public", website=True)
    def portal_my_picking_contents(self, picking_id, access_token=None, **kw):
        """The certificate of contents of a done delivery."""
        try:
            picking = self._stock_picking_check_access(picking_id, access_token=access_token)
        except (AccessError, MissingError):
            raise NotFound from None
        if picking.state != "done":
            raise NotFound
        name, content, mimetype = picking._trace_document("certificate")
        headers = [
            ("Content-Type", mimetype),
            ("Content-Length", len(content)),
            ("Content-Disposition", content_disposition(name)),
        ]
        return request.make_response(content, headers=headers)
