"""What the web server starts: the same checks as `manage.py check`, then the application."""

import os

from django.core.management import call_command
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clinic.settings")
application = get_wsgi_application()
# A server that imports this module runs no checks of its own: a broken pack must stop it here.
call_command("check")
