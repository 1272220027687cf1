"""What imaging says of nerve roots, cord and thecal sac, one status a region."""
