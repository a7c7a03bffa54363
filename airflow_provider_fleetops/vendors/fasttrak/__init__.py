"""FASTTRAK Partner API (limousines): https://developer.ifasttrak.com."""
