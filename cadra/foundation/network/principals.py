"""Principals: small integers that stand for a user, a desk or an institution in every grant."""

from typing import Any

from django.db import models
from django.db.models.expressions import Func

SEQUENCE = "network_principal_seq"


class NextPrincipal(Func):
    """Database default: the next number of the one sequence all principals come from."""

    template = f"nextval('{SEQUENCE}')"
    output_field = models.IntegerField()
    allowed_default = True

    def __init__(self, *expressions: Any, **extra: Any) -> None:
        super().__init__(*expressions, output_field=models.IntegerField(), **extra)
