"""For the web server: `seatkeeper serve` points it here."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "seatkeeper.config.settings")

application = get_wsgi_application()
