"""Reading the roster and requests, as somebody."""
