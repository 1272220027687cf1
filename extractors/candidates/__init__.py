"""Which sentences are worth analysing: one automaton over the literal anchors of all lexicons."""
