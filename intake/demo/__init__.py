"""The demo's clinic: obviously invented people, made from the pack's vignettes."""
