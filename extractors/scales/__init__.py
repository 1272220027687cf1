"""Pain scores with their scale and moment, and named scales of disability or function with their score."""
