"""Facts: reads `data/` into frozen objects that print themselves as protocol prose."""
