"""Triggers: waiting is data, the trigger is one class."""
