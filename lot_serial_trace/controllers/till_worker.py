from odoo.tools import file_open

from odoo.addons.point_of_sale.controllers.main import PosController


class TillWorkerController(PosController):
    """Without a network the till's page loads again from whatever order it shows.

    Odoo keeps pages by their whole address, in which the order is: a cashier who starts an order
    offline and loads the page again, or whose browser crashes, would see an error page, and what
    is kept on the device could not be used.
    """

    def _get_pos_service_worker(self):
        with file_open("lot_serial_trace/static/worker/till_page.js") as script:
            return f"{script.read()}\n{super()._get_pos_service_worker()}"
