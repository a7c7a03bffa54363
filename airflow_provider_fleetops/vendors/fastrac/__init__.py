"""Fastrac (https://fastrac.id): Indonesian parcels through many couriers, paid from a prepaid balance."""
