"""Patients: who comes to the clinic, and what twelve weeks do to them. The only place with randomness."""
