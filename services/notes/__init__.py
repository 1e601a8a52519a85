"""Notes: drafted, edited, signed, returned, countersigned; every step a version."""
