"""The only places that touch the network: two small drivers that obey flows."""
