from . import asn
from . import explorer
from . import shipment
from . import till_worker
from . import warranty
