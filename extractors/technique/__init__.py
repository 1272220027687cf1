"""Ablation technique, image guidance, sedation and block agents of the procedure."""
