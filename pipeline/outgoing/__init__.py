"""Results on their way out: the message, the targets that take it, and the delivery."""

from pipeline.outgoing.message import OutgoingResult
from pipeline.outgoing.target import Target, TargetUnavailable

__all__ = ["OutgoingResult", "Target", "TargetUnavailable"]
