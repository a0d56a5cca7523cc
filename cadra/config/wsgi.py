"""The application as a web server sees it."""

import gc
import os
import signal

from django.core.wsgi import get_wsgi_application

from cadra.config.health import Answering
from cadra.config.logs import quieten_crashes
from cadra.config.runtime.processes import end_with_parent

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cadra.config.settings")

if os.environ.get("CADRA_SUPERVISED") == "1":
    # A worker of the web server must not go on serving when the server that started it was killed.
    end_with_parent(signal.SIGKILL, os.getppid())
application = Answering(get_wsgi_application())
quieten_crashes()
# What is loaded by now stays: going through it again and again would stop a page for a while each time.
gc.collect()
gc.freeze()
