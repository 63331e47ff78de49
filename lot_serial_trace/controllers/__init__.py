from . import asn
from . import shipment
from . import warranty
