"""Two judges that were not written here: HL7's JSON schema of R4, and the models of fhir.resources.

The models are those of R4B: R4 with a few resources of medicines and evidence changed. What is
written here (Bundle, Questionnaire, QuestionnaireResponse, DetectedIssue, Observation, Patient) is
the same in both.
"""

import json
import lzma
from functools import cache
from pathlib import Path
from typing import Any

from fhir.resources.R4B import get_fhir_model_class
from jsonschema import Draft6Validator

SCHEMA = Path(__file__).with_name("fhir.schema.json.xz")


@cache
def schema_of(kind: str) -> Draft6Validator:
    """What HL7 says of one kind of resource. The file's own choice among all is slow to refuse."""
    with lzma.open(SCHEMA, "rt", encoding="utf-8") as file:
        whole = json.load(file)
    return Draft6Validator({"$ref": f"#/definitions/{kind}", "definitions": whole["definitions"]})


def problems_of(resource: dict[str, Any]) -> list[str]:
    """What either judge has against a resource, as it goes over the wire."""
    sent = json.loads(json.dumps(resource))
    kind = sent["resourceType"]
    found = [
        f"{'/'.join(map(str, error.path))}: {error.message[:200]}"
        for error in schema_of(kind).iter_errors(sent)
    ]
    try:
        get_fhir_model_class(kind).model_validate(sent)
    except ValueError as error:
        found.append(str(error))
    return found
