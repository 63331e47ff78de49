from . import test_ledger
from . import test_gate
from . import test_trace
from . import test_access
from . import test_scan
from . import test_scan_tour
