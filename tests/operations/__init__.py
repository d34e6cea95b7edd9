"""What operators see and what a platform in trouble does: logs, figures, limits, outages."""
