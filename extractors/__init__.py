"""From the text of a note to facts with evidence: one folder a family of facts."""
