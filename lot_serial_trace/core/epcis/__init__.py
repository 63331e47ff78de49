"""EPCIS 2.0 and 1.2: what the ledger says in the language in which trading partners exchange it.

    ``names``    rows' values -> identifiers (Digital Link, own web addresses)
    ``event``    a row of the ledger -> an event, as EPCIS 2.0 JSON-LD has it
    ``digest``   an event -> its identifier, the hash that CBV 2.0 defines
    ``writing``  events -> a JSON-LD document, piece by piece
    ``xml``      events -> an EPCIS 1.2 or 2.0 XML document, piece by piece
    ``reading``  documents of others -> events, with ``xml_reading`` for XML
    ``check``    whether an event is as the standard has it; ``flaws`` says what is wrong
    ``goods``    which goods an event is about
    ``query``    parameters of a query -> conditions

An event is a plain ``dict`` in the shape of EPCIS 2.0 JSON-LD everywhere in here.
"""
