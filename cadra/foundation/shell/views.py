"""Pages of the shell itself."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


@login_not_required
def help_page(request: HttpRequest) -> HttpResponse:
    """How to use this service, in one page."""
    return render(request, "shell/help.html")
