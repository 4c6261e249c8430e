"""Numbers to pictures. Pure: no widgets, and no state but one lock round drawing."""
