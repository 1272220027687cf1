"""Build scispaCy's candidate generator and entity linker over our own index; nothing is downloaded.

scispaCy's ``create_tfidf_ann_index`` needs scipy < 1.11 and drops short aliases (``min_df=10``), so the
index is built here, as its own code does otherwise: character 3-grams within words, tf-idf in float32,
nmslib HNSW over sparse cosine. One thread and a fixed order of insertion make the graph the same in
every process.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from extractors.linking.knowledge import aliases, entities

if TYPE_CHECKING:
    from scispacy.candidate_generation import CandidateGenerator
    from scispacy.linking import EntityLinker

#: Lowest cosine at which a candidate is considered at all.
FLOOR = 0.6
_BUILD = {"M": 16, "efConstruction": 100, "indexThreadQty": 1, "post": 0}
_SEARCH = {"efSearch": 150}
#: More than are looked at, so that ties at the last rank cannot decide anything.
_NEIGHBOURS = 60


def build_generator(titles: Mapping[str, str]) -> CandidateGenerator:
    """A candidate generator over the titles and our synonyms, all in normal form."""
    import nmslib
    import numpy as np
    from scispacy.candidate_generation import CandidateGenerator
    from scispacy.linking_utils import KnowledgeBase
    from sklearn.feature_extraction.text import TfidfVectorizer

    known = KnowledgeBase(entities(titles))
    # The canonical name stays readable for people; only normal forms are searched.
    known.alias_to_cuis = {alias: {code} for alias, code in aliases(titles).items()}
    names = sorted(known.alias_to_cuis)
    vectorizer = TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 3), min_df=1, dtype=np.float32)
    vectors = vectorizer.fit_transform(names)
    index = nmslib.init(method="hnsw", space="cosinesimil_sparse", data_type=nmslib.DataType.SPARSE_VECTOR)
    index.addDataPointBatch(vectors)
    index.createIndex(_BUILD, print_progress=False)
    index.setQueryTimeParams(_SEARCH)
    return CandidateGenerator(index, vectorizer, names, known)


def build_entity_linker(titles: Mapping[str, str]) -> EntityLinker:
    """Build scispaCy's entity linker over :func:`build_generator`; abbreviations are resolved before it runs."""
    from scispacy.linking import EntityLinker

    return EntityLinker(
        candidate_generator=build_generator(titles),
        resolve_abbreviations=False,
        k=_NEIGHBOURS,
        threshold=FLOOR,
        filter_for_definitions=False,
        max_entities_per_mention=5,
    )
