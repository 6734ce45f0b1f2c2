"""Stand-in: see the folder above all stand-ins."""
