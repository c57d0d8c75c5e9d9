"""Instruments that a clinic brings, and our own: what is asked, what is shown, how it is scored."""
