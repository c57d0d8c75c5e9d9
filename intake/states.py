"""What may follow what in an intake. Pure; see docs/states.md."""

from clinic.states import States

RESPONSE = States(
    noun="response",
    about="One intake as it is filled in.",
    acts={
        "save": "a page is saved",
        "send": "it is signed and sent",
        "repeat": "the same sending comes again",
        "send_otherwise": "another sending comes, from another window",
    },
    states={
        "draft": "every answer can change",
        "submitted": "signed and sent: the database refuses a change",
    },
    begins="draft",
    moves={
        ("draft", "save"): "draft",
        ("draft", "send"): "submitted",
        ("draft", "repeat"): "submitted",
        ("draft", "send_otherwise"): "submitted",
        ("submitted", "repeat"): "submitted",
    },
    refusals={
        ("submitted", act): "It was signed and sent: nothing in it changes any more."
        for act in ("save", "send", "send_otherwise")
    },
)
