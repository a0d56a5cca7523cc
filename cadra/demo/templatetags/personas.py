"""The personas for the sign-in page."""

from django import template

from cadra.demo import personas

register = template.Library()


@register.simple_tag
def way_in() -> personas.Door | None:
    """Password and one-time codes of this moment; nothing outside the demonstration."""
    return personas.door()
