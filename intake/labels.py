"""The staff's words for what the code calls by id. Pure."""

URGENCY = {
    "emergency": "Emergency: phone now",
    "same_day": "Same day: phone today",
    "before_appointment": "Read before the visit",
    "routine": "Routine",
}
TIER = {"strong": "Good match", "some": "Some match", "possible": "Worth checking"}
STATE = {
    "none": "No intake sent",
    "invited": "Not begun",
    "begun": "Under way",
    "submitted": "Submitted",
}
BASIS = {
    "lr": "published likelihood ratio",
    "criterion": "consensus criterion",
    "accuracy": "published figure",
    "guideline": "guideline",
    "author-judgement": "judgement",
}
LANGUAGE = {"en": "English", "es": "Spanish"}
COMPLETED_BY = {
    "self": "the patient",
    "parent": "a parent or carer",
    "helper": "a helper, with the patient",
}


def anchor_of(link_id: str) -> str:
    """Where on the brief an answer stands."""
    return "a-" + link_id.replace(".", "-").replace("_", "-")
