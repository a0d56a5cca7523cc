"""All addresses. Each app brings its own; the few that stay open without signing in are named there."""

from django.urls import include, path

from cadra.config.health import page as health

urlpatterns = [
    path("", include("cadra.steering.mechanism.urls")),
    path("", include("cadra.foundation.shell.urls")),
    path("", include("cadra.foundation.access.urls")),
    path("", include("cadra.foundation.network.urls")),
    path("", include("cadra.foundation.catalogue.urls")),
    path("", include("cadra.record.tasks.urls")),
    path("", include("cadra.record.interpreting.urls")),
    path("", include("cadra.stages.identification.urls")),
    path("", include("cadra.stages.support.urls")),
    path("", include("cadra.steering.monitoring.urls")),
    path("", include("cadra.steering.budget.urls")),
    path("", include("cadra.steering.exchange.urls")),
    path("outbox/", include("cadra.foundation.outbox.urls")),
    path("account/", include("cadra.foundation.access.signing")),
    path("health/", health, name="health"),
]

handler400 = "cadra.foundation.shell.errors.bad_request"
handler403 = "cadra.foundation.shell.errors.not_found"
handler404 = "cadra.foundation.shell.errors.not_found"
handler500 = "cadra.foundation.shell.errors.failed"
