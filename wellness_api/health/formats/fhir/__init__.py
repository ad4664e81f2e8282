"""FHIR R4, in: Observations and Bundles of them."""
