"""What is asked for in codes: claim lines, diagnoses, service date, setting, payer."""
