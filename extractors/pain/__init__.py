"""Pain: duration, highest score and pattern of the main spine complaint."""
