"""Rules: what the protocol says of a patient. Each is written once, on arrays."""
