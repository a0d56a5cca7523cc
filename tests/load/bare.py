"""A bare Django page to compare with: what a signed-in page of that size costs on this machine with nothing of ours.

The middleware of `startproject` and compression, a session and a user from the database, one query for 25 rows, one
template; `?bytes=N` says how large. `python -m tests.load.bare` makes its tables and prints a session's key.
CADRA_BARE_DATABASE holds Django's settings of its database, as JSON.
"""

import json
import os
from typing import Any

import django
from django.conf import settings

ROWS = 25
PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{{ user.username }}</title></head><body>
<h1>{{ user.username }}</h1>{% for row in rows %}<p id="{{ row.pk }}">{{ row.username }} {{ row.date_joined }} {{ pad }}
</p>{% endfor %}</body></html>"""

settings.configure(
    SECRET_KEY="only for measuring",
    ALLOWED_HOSTS=["localhost"],
    ROOT_URLCONF="tests.load.bare",
    DATABASES={"default": {**json.loads(os.environ["CADRA_BARE_DATABASE"]), "CONN_MAX_AGE": None}},
    INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions"],
    MIDDLEWARE=[
        "django.middleware.security.SecurityMiddleware",
        "django.middleware.gzip.GZipMiddleware",
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.middleware.common.CommonMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
        "django.middleware.clickjacking.XFrameOptionsMiddleware",
    ],
    TEMPLATES=[
        {
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "OPTIONS": {
                "context_processors": ["django.contrib.auth.context_processors.auth"],
                "loaders": [("django.template.loaders.locmem.Loader", {"bare.html": PAGE})],
            },
        }
    ],
    USE_TZ=True,
)
django.setup()

from django.contrib.auth.models import User  # noqa: E402
from django.contrib.sessions.backends.db import SessionStore  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.core.wsgi import get_wsgi_application  # noqa: E402
from django.shortcuts import render  # noqa: E402
from django.urls import path  # noqa: E402


def page(request: Any) -> Any:
    """25 rows, padded to the size asked for."""
    if not request.user.is_authenticated:
        raise PermissionError
    pad = "lorem ipsum " * max(0, (int(request.GET["bytes"]) - 3_000) // (ROWS * 12))
    return render(request, "bare.html", {"rows": User.objects.order_by("-date_joined")[:ROWS], "pad": pad})


urlpatterns = [path("", page)]
application = get_wsgi_application()


def signed_in() -> str:
    """Make the tables, 25 users and a session; returns the session's key."""
    call_command("migrate", verbosity=0)
    users = [User.objects.create_user(f"user{number:02d}") for number in range(ROWS)]
    store = SessionStore()
    store["_auth_user_id"], store["_auth_user_hash"] = str(users[0].pk), users[0].get_session_auth_hash()
    store["_auth_user_backend"] = "django.contrib.auth.backends.ModelBackend"
    store.create()
    return str(store.session_key)


if __name__ == "__main__":
    print(signed_in())
