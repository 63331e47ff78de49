from . import archive
from . import asn
from . import explorer
from . import seal
from . import shipment
from . import till_worker
from . import trace_run
from . import warranty
