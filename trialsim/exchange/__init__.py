"""Exchange: what comes from and goes to a user's disk."""
