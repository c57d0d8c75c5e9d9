"""Our values as FHIR R4 JSON: values in, plain dicts out (docs/fhir.md)."""
