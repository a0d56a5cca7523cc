"""The real browser for the journeys."""

from tests.browser import browser, site

__all__ = ["browser", "site"]  # fixtures
