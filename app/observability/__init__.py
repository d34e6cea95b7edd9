"""What operators see of a running platform: logs, figures, health. Never what documents say."""
