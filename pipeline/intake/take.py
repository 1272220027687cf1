"""From a message's bytes to a job with documents of this site's own: the sender's files may go."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.errors import DocumentError, MissingDocument, OutputError
from pipeline.intake.guard import UnsettledDocument, read_inside
from pipeline.intake.message import MOST_BYTES, MOST_TEXT, IntakeMessage, ReferredDocument, RefusedMessage
from pipeline.intake.message import read_message as read
from pipeline.intake.source import Kind
from pipeline.policies import known_policies
from pipeline.store import Job
from pipeline.store.failpoints import failpoint
from pipeline.store.kept import KeptDocuments


def _versions(policy: str) -> Mapping[str, str]:
    # Here, so that only who takes something in loads text processing.
    from pipeline.work.versions import run_versions

    return run_versions(policy)


@dataclass(frozen=True)
class Taker:
    """What it takes to make jobs of messages.

    Attributes
    ----------
    kept
        Where documents are kept.
    policy
        For messages that name none.
    source
        The way in, for the audit trail.
    references
        The folder that references start from; None refuses them.
    versions
        The set of versions that jobs of a policy are for.
    policies
        Ids that a message may name.
    """

    kept: KeptDocuments
    policy: str
    source: Kind
    references: Path | None = None
    versions: Callable[[str], Mapping[str, str]] = _versions
    policies: Callable[[], Collection[str]] = field(default=known_policies)

    def job(self, data: bytes, keep: Callable[[bytes], str] | None = None) -> Job:
        """The message's job, its documents kept so that they outlast a power failure.

        Parameters
        ----------
        data
            The message.
        keep
            Keeps a document, from ``KeptDocuments.together``; by default each for itself.

        Raises
        ------
        RefusedMessage
            For a message that can never be used; nothing was kept.
        OutputError
            Where the disk is full, or the folder of references is away: the message is not to blame.
        """
        message = read(data)
        policy = message.policy or self.policy
        if message.policy is not None and message.policy not in self.policies():
            raise RefusedMessage("POLICY", "policy: no policy of that id is known here")
        documents = self._documents(message)
        request: dict[str, object] = {"names": [d.name for d in message.documents]}
        if asked := message.request.case_file():
            request["case_file"] = asked
        failpoint("taken")
        return Job(
            case_id=message.case_id,
            documents=tuple(hashlib.sha256(d).hexdigest() for d in documents),
            paths=tuple((keep or self.kept.keep)(d) for d in documents),
            policy=policy,
            versions=self.versions(policy),
            as_of=message.on.isoformat() if message.on else None,
            request=request,
            patient=message.patient,
            source=self.source,
        )

    def _documents(self, message: IntakeMessage) -> list[bytes]:
        """All documents' bytes, before any of them is kept; none of them outgrows what a message may hold."""
        out: list[bytes] = []
        left = MOST_BYTES
        for i, d in enumerate(message.documents):
            if isinstance(d, ReferredDocument):
                out.append(self._referred(i, d, min(MOST_TEXT, left)))
            else:
                out.append(d.text.encode("utf-8"))
                if len(out[-1]) > MOST_TEXT:
                    raise RefusedMessage("TOO_LARGE", f"documents.{i}.text: is larger than {MOST_TEXT} bytes")
            left -= len(out[-1])
        return out

    def _referred(self, i: int, document: ReferredDocument, most: int) -> bytes:
        where = f"documents.{i}.path"
        if self.references is None:
            raise RefusedMessage("OUTSIDE", f"{where}: this site takes no references")
        refusal = None
        try:
            data = read_inside(self.references, document.path, most)
        except UnsettledDocument:
            refusal = RefusedMessage("HASH", f"{where}: the file changed while it was read")
        except MissingDocument:
            # A share that is not mounted is no reason to refuse everything that was put there.
            if not self.references.is_dir():
                raise OutputError(
                    str(self.references), "the folder of references is away", "mount it; messages wait"
                ) from None
            refusal = RefusedMessage("MISSING", f"{where}: there is no such file, or it cannot be read")
        except DocumentError as error:
            refusal = RefusedMessage(error.code, f"{where}: is refused")
        else:
            if hashlib.sha256(data).hexdigest() == document.sha256:
                return data
            refusal = RefusedMessage("HASH", f"{where}: the file is not the one that sha256 means")
        raise refusal
