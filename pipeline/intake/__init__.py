"""Ways in: folders, an inbox, message queues. What comes in is a job before its sender lets go."""
