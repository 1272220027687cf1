"""What is in a store, looked at again: under another policy, under today's rules, or to be erased."""
