"""Can a small trained classifier tell a therapy's outcome better than the rules? One writer left out.

``python corpora/experiments/therapy_outcome.py`` (needs the extra ``nlp``; about half a minute)

The classifier (word and character n-grams, logistic regression) is given the gold's own quotes of each
therapy, which is more than an extractor has. Each line is the share of right outcomes on one writer's set
after training on the other sets of train and dev; a set of the test split is never trained on. What followed
from it: docs/adr/0006.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline, make_union

from pipeline.corpus import load_corpus

CHARTS = Path(__file__).parents[1] / "charts"


def _first(value: object) -> str:
    return str(value["accept"][0]) if isinstance(value, dict) else str(value)


def main() -> None:
    """Print the share of right outcomes by set."""
    items = [
        (n.set, n.split, " ".join([t["status"], *(str(q) for q in t["evidence"])]), _first(t["outcome"]))
        for n in load_corpus(CHARTS).notes
        for t in n.gold["therapies"]
    ]
    sets, splits, texts, outcomes = (np.array(column) for column in zip(*items, strict=True))
    for name in sorted(set(sets)):
        held = sets == name
        seen = ~held & (splits != "test")
        model = make_pipeline(
            make_union(
                TfidfVectorizer(ngram_range=(1, 3), sublinear_tf=True, min_df=2),
                TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True, min_df=3),
            ),
            LogisticRegression(C=10, max_iter=2000, class_weight="balanced", random_state=0),
        )
        model.fit(texts[seen], outcomes[seen])
        hits = int((model.predict(texts[held]) == outcomes[held]).sum())
        print(f"{name}  {splits[held][0]:5}  {hits / held.sum():.3f}  {hits}/{held.sum()}")


if __name__ == "__main__":
    main()
