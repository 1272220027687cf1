import pytest

from extractors.engine import Extractor
from extractors.linking.binder import FAMILY
from extractors.linking.linker import DiagnosisLinker
from rules.codes import icd10cm


@pytest.fixture(scope="session")
def linker() -> DiagnosisLinker:
    return DiagnosisLinker(icd10cm.titles())


@pytest.fixture(scope="session")
def extractor(linker: DiagnosisLinker) -> Extractor:
    return Extractor([FAMILY], linker=linker)
