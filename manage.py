#!/usr/bin/env python
"""Django's command line. `python manage.py help` lists what it can do."""

import os
import sys

# What a command needs decides how settings start when the environment does not say it:
# `demo` brings its own keys, `evaluate` needs neither keys nor a database.
MODES = {"demo": "demo", "evaluate": "standalone"}


def main() -> None:
    """Run the command named on the command line."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clinic.settings")
    command = sys.argv[1] if len(sys.argv) > 1 else ""
    os.environ.setdefault("PREVISIT_MODE", MODES.get(command, "production"))
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
