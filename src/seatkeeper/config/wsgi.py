"""For the web server: `seatkeeper serve` points it here."""

import os

from django.core.wsgi import get_wsgi_application

from seatkeeper.kernel.parents import end_with_parent

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "seatkeeper.config.settings")

end_with_parent()
application = get_wsgi_application()
