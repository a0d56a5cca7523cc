"""Pages of tasks and of the calendar."""
