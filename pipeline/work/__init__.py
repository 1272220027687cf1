"""The work itself: batches over the store's jobs, without any orchestrator."""
