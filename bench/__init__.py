"""Measuring: data in bulk, and figures of one command each. See docs/measuring.md."""
