from . import asn
