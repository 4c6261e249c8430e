"""The kit: what knows no medicine and no statistics. What it must be told is handed to it."""
