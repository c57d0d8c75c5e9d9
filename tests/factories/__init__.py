"""Clinics, people and intakes, made by the commands that the product itself uses."""
