from werkzeug.exceptions import NotFound

from odoo.exceptions import AccessError
from odoo.http import Controller, content_disposition, request, route

#: So many certificates fit into one file.
MOST = 500


class WarrantyCertificates(Controller):
    """Certificates for whoever may read the warranties."""

    @route("/lot_serial_trace/warranty/<string:ids>.pdf", type="http", auth="user", readonly=True)
    def certificate(self, ids):
        """One page for each warranty.

        :param ids: ids with commas between them
        """
        numbers = ids.split(",")
        if not all(one.isdecimal() for one in numbers) or len(numbers) > MOST:
            raise NotFound
        warranties = request.env["trace.warranty"].browse(map(int, numbers)).exists()
        try:
            warranties.check_access("read")
        except AccessError:
            raise NotFound from None
        if not warranties:
            raise NotFound
        name, content = warranties._certificate()
        headers = [
            ("Content-Type", "application/pdf"),
            ("Content-Length", len(content)),
            ("Content-Disposition", content_disposition(name)),
        ]
        return request.make_response(content, headers=headers)
