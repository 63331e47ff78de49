from . import asn
from . import shipment
