"""FHIR R4 resources and data types, as far as we read and write them (hl7.org/fhir/R4).

The code ignores other elements of a resource: FHIR expects readers to take what they know.
"""

from typing import Final

import msgspec

FHIR_JSON: Final = "application/fhir+json"

LOINC_SYSTEM: Final = "http://loinc.org"
SNOMED_SYSTEM: Final = "http://snomed.info/sct"
UCUM_SYSTEM: Final = "http://unitsofmeasure.org"
CATEGORY_SYSTEM: Final = "http://terminology.hl7.org/CodeSystem/observation-category"
ABSENT_SYSTEM: Final = "http://terminology.hl7.org/CodeSystem/data-absent-reason"
BODY_POSITION_URL: Final = "http://hl7.org/fhir/StructureDefinition/observation-bodyPosition"

METRIC_SYSTEM: Final = "urn:wellness:metric"
"""Our own codes for metrics, and, with a metric's code behind it, for the answers of a coded metric."""

SOURCE_SYSTEM: Final = "urn:wellness:source"
UPLOAD_SYSTEM: Final = "urn:wellness:upload"
RECEIPT_SYSTEM: Final = "urn:wellness:receipt"


class FhirType(msgspec.Struct, kw_only=True, omit_defaults=True, rename="camel"):
    """What all types have in common: names in camel case, and elements that say nothing are left out."""


class Coding(FhirType):
    """A code and its system."""

    system: str | None = None
    code: str | None = None
    display: str | None = None


class CodeableConcept(FhirType):
    """A concept as one or more codes, or as words only."""

    coding: list[Coding] = []
    text: str | None = None


class Identifier(FhirType):
    """A name that a system gave."""

    system: str | None = None
    value: str | None = None


class Reference(FhirType):
    """Another resource: by address, by identifier, or by words only."""

    reference: str | None = None
    identifier: Identifier | None = None
    display: str | None = None


class Quantity(FhirType):
    """A number in a unit; `code` is the unit for programs, `unit` for people."""

    value: float | None = None
    comparator: str | None = None
    unit: str | None = None
    system: str | None = None
    code: str | None = None


class EffectivePeriod(FhirType):
    """From a moment to a moment."""

    start: str | None = None
    end: str | None = None


class Meta(FhirType):
    """The resource's version."""

    version_id: str | None = None
    last_updated: str | None = None


class Extension(FhirType):
    """Information for which R4 has no element; `url` says which information."""

    url: str
    value_codeable_concept: CodeableConcept | None = None


class Component(FhirType):
    """One of several values that were measured together."""

    code: CodeableConcept = msgspec.field(default_factory=CodeableConcept)
    value_quantity: Quantity | None = None
    data_absent_reason: CodeableConcept | None = None


class DeviceName(FhirType):
    """What a device is called."""

    name: str | None = None


class Contained(FhirType):
    """A resource inside another one. We read those that are the measuring device."""

    id: str | None = None
    device_name: list[DeviceName] = []
    manufacturer: str | None = None
    model_number: str | None = None


class Observation(FhirType, kw_only=True, tag_field="resourceType", tag="Observation"):
    """A measurement."""

    id: str | None = None
    meta: Meta | None = None
    contained: list[Contained] = []
    extension: list[Extension] = []
    identifier: list[Identifier] = []
    status: str
    category: list[CodeableConcept] = []
    code: CodeableConcept = msgspec.field(default_factory=CodeableConcept)
    subject: Reference | None = None
    effective_date_time: str | None = None
    effective_period: EffectivePeriod | None = None
    effective_instant: str | None = None
    value_quantity: Quantity | None = None
    value_codeable_concept: CodeableConcept | None = None
    body_site: CodeableConcept | None = None
    device: Reference | None = None
    component: list[Component] = []


class Issue(FhirType):
    """What is to be said about an entry."""

    severity: str
    code: str
    details: CodeableConcept | None = None
    diagnostics: str | None = None
    expression: list[str] = []


class OperationOutcome(FhirType, kw_only=True, tag_field="resourceType", tag="OperationOutcome"):
    """What became of a request."""

    issue: list[Issue]


class EntryResponse(FhirType):
    """What became of one entry: an HTTP status, and an outcome if there is more to say."""

    status: str
    outcome: OperationOutcome | None = None


class AnsweredEntry(FhirType):
    """An entry of the answer, in the place of the entry that was sent."""

    response: EntryResponse


class AnsweredBundle(FhirType, kw_only=True, tag_field="resourceType", tag="Bundle"):
    """The answer to a Bundle; `identifier` names the upload in the receipt."""

    type: str
    identifier: Identifier
    timestamp: str
    entry: list[AnsweredEntry]


class Link(FhirType):
    """Where the next page is."""

    relation: str
    url: str


class FoundEntry(FhirType):
    """An Observation, and its address, which no other Observation has."""

    full_url: str
    resource: Observation


class FoundBundle(FhirType, kw_only=True, tag_field="resourceType", tag="Bundle"):
    """A page of Observations. A link with the relation `next` leads to the next page."""

    type: str
    link: list[Link]
    entry: list[FoundEntry] = []
