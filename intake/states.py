"""What may follow what in an intake, its link and its note. Pure; see docs/states.md."""

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

DEAD = "This link does not work"

LINK = States(
    noun="link",
    about="The way in that a patient was sent. A dead one does not say why it is dead.",
    acts={
        "open": "the right birth date",
        "wrong": "a wrong birth date",
        "wrong_fifth": "a wrong birth date for the fifth time in a row",
        "expire": "its 14 days are over (12 weeks for a home programme)",
        "renew": "a newer link for the same is sent",
        "send": "the intake is signed and sent",
    },
    states={
        "live": "the right birth date opens it",
        "locked": "guessed at five times: only a newer link helps",
        "over": "its time is over",
        "revoked": "another took its place, or nothing is left to fill in",
    },
    begins="live",
    moves={
        ("live", "open"): "live",
        ("live", "wrong"): "live",
        ("live", "wrong_fifth"): "locked",
        ("live", "expire"): "over",
        ("locked", "expire"): "over",
        ("over", "expire"): "over",
        ("revoked", "expire"): "revoked",
        **{
            (state, act): "revoked"
            for state in ("live", "locked", "over", "revoked")
            for act in ("renew", "send")
        },
    },
    refusals={
        (state, act): DEAD
        for state in ("locked", "over", "revoked")
        for act in ("open", "wrong", "wrong_fifth")
    },
)

NOTE = States(
    noun="note",
    about="What a therapist writes about one visit.",
    acts={
        "save": "its author saves a part",
        "sign": "its author signs it",
        "save_anothers": "a colleague saves a part",
        "add": "an addendum",
    },
    states={
        "draft": "its author can change every part",
        "signed": "frozen: the database refuses a change",
    },
    begins="draft",
    moves={
        ("draft", "save"): "draft",
        ("draft", "sign"): "signed",
        ("signed", "add"): "signed",
    },
    refusals={
        ("draft", "add"): "Only a signed note is added to; a draft is changed.",
        ("signed", "save"): "The note is signed: what is still to say goes into an addendum.",
        ("signed", "sign"): "The note is signed: what is still to say goes into an addendum.",
        ("draft", "save_anothers"): "A colleague has begun the note of this visit.",
        ("signed", "save_anothers"): "A colleague has begun the note of this visit.",
    },
)
