"""What a telephone number may look like."""

from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

#: Digits as people write them; a country's own short numbers too.
is_telephone = RegexValidator(
    r"^\+?[0-9][0-9 ()/-]{1,38}$", _("Write a telephone number: digits and spaces, with + before a country’s code")
)
