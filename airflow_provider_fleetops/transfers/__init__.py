"""Transfers: whole lists of a vendor into files."""
