"""`{% url %}` as Django has it, with the patterns that are found once (kernel/addresses.py). Every template has it."""

from typing import Any

from django import template
from django.template.base import Parser, Token
from django.template.context import Context
from django.template.defaulttags import URLNode
from django.template.defaulttags import url as djangos
from django.urls import NoReverseMatch
from django.utils.html import escape

from cadra.foundation.kernel.addresses import reverse

register = template.Library()


class Address(URLNode):
    def render(self, context: Context) -> str:
        path = self._path(context)
        if self.asvar:
            context[self.asvar] = path
            return ""
        return escape(path)

    def _path(self, context: Context) -> str:
        try:
            return reverse(
                self.view_name.resolve(context),
                [arg.resolve(context) for arg in self.args],
                {name: value.resolve(context) for name, value in self.kwargs.items()},
            )
        except NoReverseMatch:
            if self.asvar is None:
                raise
            return ""


@register.tag
def url(parser: Parser, token: Token) -> Any:
    node = djangos(parser, token)
    return Address(node.view_name, node.args, node.kwargs, node.asvar)
