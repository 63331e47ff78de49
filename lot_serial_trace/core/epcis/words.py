"""Words that EPCIS 2.0 and CBV 2.0 define, and how each syntax spells them."""

from ..asn.cbv import ACTIONS, DISPOSITIONS, EVENTS, STEPS

#: The vocabulary that JSON-LD documents refer to, and what is ours in them.
CONTEXT = "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"
OWN_PREFIX = "trace"
OWN_NAMESPACE = "urn:lot-serial-trace:epcis#"
#: Prefixes that EPCIS's own context defines.
PREFIXES = {
    "cbv": "https://ref.gs1.org/cbv/",
    "cbvmda": "urn:epcglobal:cbv:mda:",
    "dcterms": "http://purl.org/dc/terms/",
    "epcis": "https://ref.gs1.org/epcis/",
    "gs1": "https://gs1.org/voc/",
    "owl": "http://www.w3.org/2002/07/owl#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}

TRANSACTIONS = frozenset(
    "bol cert desadv inv pedigree po poc prodorder recadv rma testprd testres upevt".split()
)
PARTIES = frozenset(("owning_party", "possessing_party", "location"))
REASONS = frozenset(("did_not_occur", "incorrect_data"))

#: What sensors measure, of the GS1 Web Vocabulary.
MEASUREMENTS = frozenset(
    (
        "AbsoluteHumidity AbsorbedDose AbsorbedDoseRate Acceleration Altitude AmountOfSubstance "
        "AmountOfSubstancePerUnitVolume Angle AngularAcceleration AngularMomentum AngularVelocity "
        "Area Capacitance Conductance Conductivity Count Density Dimensionless DoseEquivalent "
        "DoseEquivalentRate DynamicViscosity ElectricCharge ElectricCurrent "
        "ElectricCurrentDensity ElectricFieldStrength Energy Exposure Force Frequency Illuminance "
        "Inductance Irradiance KinematicViscosity Length LinearMomentum Luminance LuminousFlux "
        "LuminousIntensity MagneticFlux MagneticFluxDensity MagneticVectorPotential Mass "
        "MassConcentration MassFlowRate MassPerAreaTime MemoryCapacity MolalityOfSolute "
        "MolarEnergy MolarMass MolarVolume Power Pressure RadiantFlux RadiantIntensity "
        "Radioactivity RelativeHumidity Resistance Resistivity SolidAngle SpecificVolume Speed "
        "SurfaceDensity SurfaceTension Temperature Time Torque Voltage Volume VolumeFlowRate "
        "VolumeFraction VolumetricFlux Wavenumber"
    ).split()
)
ALERTS = frozenset(("ALARM_CONDITION", "ERROR_CONDITION"))
#: Directions and coordinates of what is measured.
COMPONENTS = frozenset(
    (
        "altitude axial_distance azimuth easting elevation_angle height latitude longitude "
        "northing polar_angle spherical_radius x y z"
    ).split()
)

#: Kind of word -> (words, how URNs begin, how web addresses begin).
VOCABULARIES = {
    "bizStep": (STEPS, "urn:epcglobal:cbv:bizstep:", "https://ref.gs1.org/cbv/BizStep-"),
    "disposition": (DISPOSITIONS, "urn:epcglobal:cbv:disp:", "https://ref.gs1.org/cbv/Disp-"),
    "transaction": (TRANSACTIONS, "urn:epcglobal:cbv:btt:", "https://ref.gs1.org/cbv/BTT-"),
    "party": (PARTIES, "urn:epcglobal:cbv:sdt:", "https://ref.gs1.org/cbv/SDT-"),
    "reason": (REASONS, "urn:epcglobal:cbv:er:", "https://ref.gs1.org/cbv/ER-"),
}

__all__ = ["ACTIONS", "DISPOSITIONS", "EVENTS", "STEPS", "bare", "urn", "web"]


def web(kind, text):
    """The web address of a word; other vocabularies' identifiers stay.

    >>> web("bizStep", "shipping")
    'https://ref.gs1.org/cbv/BizStep-shipping'
    """
    words, _urn, start = VOCABULARIES[kind]
    word = bare(kind, text)
    return start + word if word in words else text


def urn(kind, text):
    """The URN of a word, as EPCIS 1.2 wants it.

    >>> urn("disposition", "in_transit")
    'urn:epcglobal:cbv:disp:in_transit'
    """
    words, start, _web = VOCABULARIES[kind]
    word = bare(kind, text)
    return start + word if word in words else text


def bare(kind, text):
    """The word of a URN or web address, as JSON wants it; other identifiers stay.

    >>> bare("bizStep", "urn:epcglobal:cbv:bizstep:shipping")
    'shipping'
    """
    words, *starts = VOCABULARIES[kind]
    for start in (*starts, starts[1].replace("ref.gs1.org/cbv", "ns.gs1.org/cbv")):
        if text.startswith(start) and text[len(start) :] in words:
            return text[len(start) :]
    return text
