"""Synovial cysts of facet joints: where, on which side, present or denied."""
