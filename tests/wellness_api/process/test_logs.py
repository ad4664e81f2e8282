"""Logs: what libraries say stands in them as what we say, and nobody fails when there is no room for them."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = """
import os, sys, structlog
from wellness_api.process.logs import configure_logs
log = os.dup(2)
os.dup2(os.open("/dev/full", os.O_WRONLY), 2)
configure_logs("info")
for number in range(3000):
    structlog.get_logger().warning("trouble", number=number, said="部屋がない" * 10)
os.dup2(log, 2)
structlog.get_logger().info("there is room again")
"""


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a device of Linux")
def test_a_process_goes_on_although_its_log_has_no_room_and_says_how_much_is_missing(
    tmp_path: Path,
) -> None:
    log = tmp_path / "log"
    with log.open("wb") as written:
        subprocess.run([sys.executable, "-c", PROGRAM], stderr=written, check=True)
    dropped, back = map(json.loads, log.read_text().splitlines())
    assert dropped == {"event": "log_lines_dropped", "count": 3000}
    assert back["event"] == "there is room again"


LIBRARIES = """
import logging, warnings, structlog
from wellness_api.process.logs import configure_logs
configure_logs("info")
structlog.get_logger().info("ours", number=1)
logging.getLogger("uvicorn.error").warning("Invalid %s received.", "thing")
logging.getLogger("asyncio").info("nothing to say")
try:
    1 / 0
except ZeroDivisionError:
    logging.getLogger("uvicorn.error").exception("Exception in\\nASGI application")
warnings.warn("this will be gone", RuntimeWarning)
"""


def test_what_libraries_say_is_a_line_of_json_as_our_own_is() -> None:
    ended = subprocess.run(
        [sys.executable, "-c", LIBRARIES], capture_output=True, text=True, check=True
    )
    lines = [json.loads(line) for line in ended.stderr.splitlines()]
    assert [(line["level"], line["event"].split(":")[0]) for line in lines[:3]] == [
        ("info", "ours"),
        ("warning", "Invalid thing received."),
        ("error", "Exception in\nASGI application"),
    ]
    assert "ZeroDivisionError" in lines[2]["exception"]
    assert "this will be gone" in lines[3]["event"]
    assert all(line["timestamp"] for line in lines)
