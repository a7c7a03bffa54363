"""FL3XX, the flight operations system: flights, crews, passengers, aircraft, bookings and rosters."""
