"""How well the product reads: corpora with gold against what is extracted, run by run.

>>> from pipeline.corpus import load_corpus                              # doctest: +SKIP
>>> from pipeline.evaluation import evaluate                             # doctest: +SKIP
>>> evaluate(load_corpus("corpora/charts")).scores()["therapies.f1"]     # doctest: +SKIP

``docs/evaluation.md`` says what the measures mean and how runs are compared.
"""

from pipeline.evaluation.evaluator import Evaluation, evaluate

__all__ = ["Evaluation", "evaluate"]
