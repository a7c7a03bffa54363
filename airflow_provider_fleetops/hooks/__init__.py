"""Hooks: a connection to one vendor, and its common actions."""
