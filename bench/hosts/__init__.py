"""Several hosts on one machine: each in a network namespace of its own, and one of them is cut off."""
