"""Annotation in rounds: notes worth reading go out with pre-annotations, corrections come back.

Label Studio's form is :mod:`pipeline.corpus.formats.label_studio`; here is what is chosen, and what is
made of it.
"""
