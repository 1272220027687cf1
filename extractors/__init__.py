"""Text to facts. Knows nothing of rules or flows."""
