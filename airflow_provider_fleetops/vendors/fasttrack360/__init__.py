"""FastTrack360 (The Access Group): staffing in Australia, New Zealand and the United Kingdom."""
