"""The demo's sign-ins: published, so they exist in the demo only."""

DEMO_PASSWORD = "demo-demo-demo-demo"  # noqa: S105 - printed on the demo's sign-in page
DEMO_ACCOUNTS = [
    {"email": email, "password": DEMO_PASSWORD, "role": role, "name": name}
    for email, role, name in (
        ("ash@demo.example", "therapist", "Ash Demo-Therapist"),
        ("birch@demo.example", "therapist", "Birch Demo-Therapist"),
        ("cedar@demo.example", "therapist", "Cedar Demo-Therapist"),
        ("desk@demo.example", "desk", "Demo Front Desk"),
        ("admin@demo.example", "admin", "Demo Admin"),
    )
]
