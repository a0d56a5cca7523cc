"""Changing the network: undertakings, invitations, roles, desks."""

from uuid import UUID

from cadra.foundation.network.models import Undertaking


def sign_undertaking(*, user_id: UUID, version: str, language: str) -> None:
    """Record that a user signed this version; signing twice is signing once."""
    Undertaking.objects.get_or_create(user_id=user_id, version=version, defaults={"language": language})
