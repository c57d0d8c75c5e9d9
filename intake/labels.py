"""The staff's words for what the code calls by id. Pure."""

from intake.languages import languages

URGENCY = {
    "emergency": "Emergency: phone now",
    "same_day": "Same day: phone today",
    "before_appointment": "Read before the visit",
    "routine": "Routine",
}
TIER = {"strong": "Good match", "some": "Some match", "possible": "Worth checking"}
GROUP = {"iliopsoas": "Iliopsoas", "lookalike": "Look-alike", "redflag": "Warning sign"}
DOSE = {
    "seed": "dose from general text",
    "trial": "dose from a trial",
    "mixed": "position from general text, dose from a trial",
    "guideline": "dose from a guideline",
    "memory": "dose from memory, not looked up",
    "author-judgement": "dose by judgement, no figure found",
}
MORE = " · "  # between several answers: many options have commas of their own
# What stands on the side against without a line: the patient said nothing, or nothing can be said.
AGAINST = {
    "unsaid": "Nothing the patient said.",
    "redflag": "No answer can weigh this warning away.",
    "unasked": "The form asks nothing that would.",
}
STATE = {
    "none": "No intake sent",
    "invited": "Not begun",
    "begun": "Under way",
    "submitted": "Submitted",
}
CALL = {
    "open": "Call: nobody has taken it",
    "taken": "Call: {holder} has it",
    "closed": "Call: done",
}
BASIS = {
    "lr": "published likelihood ratio",
    "criterion": "consensus criterion",
    "accuracy": "published figure",
    "guideline": "guideline",
    "author-judgement": "judgement",
}
SOURCE = {
    "accuracy": "study of a test's accuracy",
    "case": "case report",
    "cohort": "cohort study",
    "consensus": "consensus statement",
    "guideline": "guideline",
    "instrument": "paper on an instrument",
    "memory": "kind not checked",
    "page": "web page",
    "review": "review",
    "seed": "general text",
    "trial": "trial",
}
# What is told first of an intake, in this order.
FACTS = (
    ("Began", "pain.onset_when"),
    ("How", "pain.onset_how"),
    ("Course", "pain.trend"),
    ("Before", "pain.past"),
    ("Pain, last 7 days", "pain.avg"),
    ("In the way", "impact.activity"),
    ("Worry", "impact.worry"),
    ("At night", "rf.night"),
    ("Weight bearing", "rf.weight_bear"),
    ("Feels", "pain.feel"),
    ("Worse with", "pain.worse"),
    ("Better with", "pain.better"),
    ("In the week", "life.activity"),
    ("Load before", "life.load_change"),
)
HISTORY = (
    ("Conditions", "hx.conditions"),
    ("Cancer", "hx.cancer_when"),
    ("Operations", "hx.surgery"),
    ("Hip replacement", "hx.hip_op_when"),
    ("Smoking", "life.smoke"),
)
SHORT = {link_id: label for label, link_id in (*FACTS, *HISTORY)} | {
    "pain.area": "Where",
    "pain.main_area": "Worst place",
    "pain.side": "Side",
    "pain.morning": "Stiff in the morning",
    "nerve.where": "Numb or burning",
    "infl.back": "Of the back",
    "snap.any": "Snap",
    "snap.pain": "Snap hurts",
    "func.stand_up": "Getting up",
    "life.energy": "Energy",
    "life.sit_hours": "Sitting a day",
    "hx.meds": "Medicines",
    "rf.now": "Right now",
    "rf.leg_weak": "Weak leg",
    "rf.unwell": "Unwell",
    "rf.tummy": "Belly, pelvis",
    "rf.look": "Seen or felt",
}
LANGUAGE = {code: language.name_en for code, language in languages().items()}
COMPLETED_BY = {
    "self": "the patient",
    "parent": "a parent or carer",
    "carer": "a carer",
    "helper": "a helper, with the patient",
}
SIDE = {"": "", "left": "left", "right": "right"}
WAY = {"link": "on their own device", "kiosk": "on a tablet at the clinic", "phone": "by phone"}
AGAIN = {
    "same": "the same problem",
    "other": "another problem",
    "anew": "everything filled in anew",
}
ASSENT = {
    "adult_here": "alone, saying that a parent or carer is there and agrees",
    "old_enough": "alone, saying that they are old enough",
}


def anchor_of(link_id: str) -> str:
    """Where on the brief an answer stands."""
    return "a-" + link_id.replace(".", "-").replace("_", "-")


def written_in(language: str | None) -> str:
    """What stands beside words that are not English, empty beside those that are."""
    if language is None or language == "en":
        return ""
    return f"in {LANGUAGE.get(language, language)}"
