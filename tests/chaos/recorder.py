"""What was sent and what was acknowledged, in a file that nothing of the server can touch."""

import json
from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple


class Sent(NamedTuple):
    """An upload of one minute's steps. No two are of the same resident and minute, so each counts by itself."""

    key: str
    resident_id: int
    day: date
    time_ms: int
    steps: int

    @property
    def body(self) -> bytes:
        """The request's body, the same each time."""
        batch = {
            "metric": "steps",
            "source": "phone:chaos",
            "times_ms": [self.time_ms],
            "values": [self.steps],
        }
        return json.dumps({"batches": [batch]}).encode()


@dataclass
class Recorder:
    """Keeps every promise; `findings` is what the server did that it should not have."""

    file: Path
    open: dict[str, Sent] = field(default_factory=dict)
    receipts: dict[str, tuple[Sent, dict[str, Any]]] = field(default_factory=dict)
    answers: "Counter[str]" = field(default_factory=Counter)
    findings: list[str] = field(default_factory=list)

    def sending(self, sent: Sent) -> None:
        """Before the first byte goes out."""
        self.open[sent.key] = sent
        self._write("sending", sent.key, list(map(str, sent)))

    def acknowledged(self, sent: Sent, status: int, receipt: dict[str, Any]) -> None:
        """The server gave its word; if it gave it before, it must be the same."""
        _, before = self.receipts.get(sent.key, (sent, receipt))
        if before != receipt:
            self.note_finding(f"{sent.key} was acknowledged as {before}, later as {receipt}")
        if receipt["refused"] or receipt["accepted"] + receipt["duplicate"] != 1:
            self.note_finding(
                f"{sent.key} was acknowledged as {receipt}, and it is one good sample"
            )
        self.receipts[sent.key] = (sent, before)
        self.open.pop(sent.key, None)
        self._write("acknowledged", sent.key, {"status": status} | receipt)

    def answered(self, what: str) -> None:
        """Counts an answer, or that there was none."""
        self.answers[what] += 1

    def note_finding(self, finding: str) -> None:
        """Something that must not be."""
        self.findings.append(finding)
        self._write("found", "", finding)

    def note(self, what: str) -> None:
        """What was done to the server, for whoever reads the file."""
        self._write("blow", "", what)

    def _write(self, event: str, key: str, content: Any) -> None:
        with self.file.open("a") as file:
            file.write(json.dumps({"event": event, "key": key, "content": content}) + "\n")
