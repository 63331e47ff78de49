"""Import the pure core as the add-on imports it, but without the add-on.

``lot_serial_trace/__init__.py`` loads the models and so needs Odoo. Here the package
is only a place where ``lot_serial_trace.core`` is found: a core module that reached
into ``models`` would fail at import.
"""

import sys
from pathlib import Path
from types import ModuleType

ADDON = Path(__file__).resolve().parents[2] / "lot_serial_trace"

package = ModuleType("lot_serial_trace")
package.__path__ = [str(ADDON)]
sys.modules.setdefault("lot_serial_trace", package)
