"""The composition: documents in, extraction, rules, reports and the store. Knows no orchestrator."""
