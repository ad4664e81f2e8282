"""The demo as its visitor meets it: filled through the API, with a gateway, alive, and described by examples."""

import json
import shlex
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.processes import ROOT, Started, environment, own_var_dir, run, start
from tests.wellness_api.health.formats.test_fit import at as fit_time
from tests.wellness_api.health.formats.test_fit import fit
from wellness_api.process.settings import Settings
from wellness_api.programs.embedded.postgres import EmbeddedPostgres
from wellness_api.town.demo.run import SendingStopped, log_named
from wellness_api.town.simulation.sender import SendingError

pytestmark = pytest.mark.long

FILLED = "Ctrl-C ends the demo"
SECOND_START_SECONDS_MAX = 20
"""A second start is meant to take under 5 s; a busy machine is no reason to fail."""


def test_an_upload_that_does_not_get_through_names_the_servers_log(tmp_path: Path) -> None:
    settings = Settings(var_dir=tmp_path)
    with pytest.raises(SendingStopped) as stopped, log_named(settings):
        raise SendingError("upload sim-1 of resident 3: 500 Something went wrong here.")
    assert "500 Something went wrong here." in str(stopped.value)
    assert str(tmp_path / "log" / "api.log") in str(stopped.value)


@pytest.fixture(scope="module")
def demo() -> Iterator[Started]:
    with own_var_dir() as var_dir:
        arguments = ["demo", "--residents", "60", "--days", "10"]
        with start(arguments, var_dir=var_dir) as started:
            started.wait_for(FILLED)
            yield started


def call(
    demo: Started,
    method: str,
    path: str,
    *,
    role: str | None,
    body: Any = None,
    media_type: str = "application/json",
    headers: Any = None,
) -> tuple[int, Any]:
    """`body`: bytes and text as they are, else as JSON."""
    all_headers = dict(headers or {})
    if role:
        all_headers |= demo.access[role]["headers"]
    if body is not None:
        all_headers["Content-Type"] = media_type
    if isinstance(body, str):
        body = body.encode()
    elif body is not None and not isinstance(body, bytes):
        body = json.dumps(body).encode()
    request = urllib.request.Request(
        demo.base_url + path,
        method=method,
        headers=all_headers,
        data=body,
    )
    try:
        with urllib.request.urlopen(request, timeout=20) as response:
            kind = response.headers["Content-Type"] or ""
            content = response.readline() if "event-stream" in kind else response.read()
            return response.status, json.loads(content) if "json" in kind else content
    except urllib.error.HTTPError as error:
        return error.code, json.loads(error.read())


def until(condition: Callable[[], bool], *, seconds_max: float) -> None:
    deadline = time.monotonic() + seconds_max
    while not condition():
        assert time.monotonic() < deadline, "it did not come true"
        time.sleep(0.2)


def today(demo: Started) -> Any:
    return call(demo, "GET", "/v1/me/today", role="resident")[1]


def test_the_city_is_filled_when_the_demo_says_so(demo: Started) -> None:
    wallet = call(demo, "GET", "/v1/me/wallet", role="resident")[1]
    assert wallet["balance"] > 0
    entries = call(demo, "GET", "/v1/me/wallet/entries", role="resident")[1]["items"]
    assert all(entry["reason"]["ja"] and entry["reason"]["en"] for entry in entries)
    indicator = call(demo, "GET", "/v1/indicators/mean_steps", role="health_staff")[1]
    assert len(indicator["cells"]) == 12
    assert indicator["total"]["status"] == "shown"
    (programme,) = call(demo, "GET", "/v1/programmes", role="programme_officer")[1]["items"]
    assert programme["points_awarded"] > 0


def test_there_is_something_to_settle_and_the_ledger_is_proven(demo: Started) -> None:
    accounts = call(demo, "GET", "/v1/settlements", role="programme_officer")[1]
    still_open = {account["partner"]: account["unsettled"] for account in accounts["items"]}
    for partner in ("furano-market", "city-library"):
        of_partner = still_open[partner]
        assert of_partner["first_day"] < of_partner["last_day"], "on several days"
        assert of_partner["first_day"] <= accounts["last_day_over"], "on days that are over"
        assert of_partner["worth"] > 0
    url = {"WELLNESS_DATABASE_URL": EmbeddedPostgres(demo.var_dir / "postgres").url}
    for command in ("verify", "prove"):
        ended = run("ledger", command, settings=environment(demo.var_dir, demo.port) | url)
        assert ended.returncode == 0, ended.stdout + ended.stderr


def test_the_printed_codes_open_a_session_for_each_role(demo: Started) -> None:
    for role in ("resident", "health_staff", "programme_officer"):
        body = {"code": demo.access[role]["sign_in_code"]}
        status, session = call(demo, "POST", "/v1/sessions", role=None, body=body)
        assert (status, session["role"]) == (201, role)


def test_what_the_virtual_devices_measure_reaches_the_resident(demo: Started) -> None:
    wanted = {"systolic_pressure", "diastolic_pressure", "body_weight", "heart_rate"}
    until(
        lambda: wanted <= {measure["metric"] for measure in today(demo)["measures"]}, seconds_max=60
    )


def test_new_steps_keep_arriving(demo: Started) -> None:
    before = today(demo)["steps"] or 0
    until(lambda: (today(demo)["steps"] or 0) > before, seconds_max=100)


def test_the_gateways_example_works_as_it_stands(demo: Started) -> None:
    command = shlex.split(demo.access["gateway"]["example"])
    assert command[0] == "./run"
    ended = subprocess.run(
        [sys.executable, "-m", "wellness_api", *command[1:]],
        cwd=ROOT,
        env=environment(demo.var_dir, demo.port),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    assert json.loads(ended.stdout)["batches"][0]["metric"] == "body_weight"


BINARY = {
    "takeFit": fit("weight", ("WEIGHT_SCALE", {"timestamp": fit_time(0), "weight": 62.4})),
    "sendImportPart": bytes(1_000),
}
"""Bodies that a description in JSON has no example of."""


class Examples:
    """The description's examples, and what later ones need to know of earlier answers."""

    def __init__(self) -> None:
        self.import_id = ""
        self.session_id = 0

    def of(self, parameter: dict[str, Any]) -> str:
        if parameter["name"] == "import_id":
            return self.import_id
        if parameter["name"] == "session_id":
            return str(self.session_id)
        if "example" in parameter:
            return str(parameter["example"])
        (example,) = parameter["examples"].values()
        return str(example["value"])

    def path(self, path: str, operation: dict[str, Any]) -> str:
        """The path with the examples of all its parameters in place."""
        query = {}
        for parameter in operation.get("parameters", []):
            value = self.of(parameter)
            if parameter["in"] == "path":
                path = path.replace("{" + parameter["name"] + "}", urllib.parse.quote(value))
            elif parameter["in"] == "query":
                query[parameter["name"]] = value
        return f"{path}?{urllib.parse.urlencode(query)}" if query else path

    def headers(self, operation: dict[str, Any]) -> dict[str, str]:
        return {
            parameter["name"]: self.of(parameter)
            for parameter in operation.get("parameters", [])
            if parameter["in"] == "header"
        }


def operations_of(description: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    """Path, method and operation; what ends the resident's stay comes last."""
    operations = [
        (path, method, operation)
        for path, of_path in description["paths"].items()
        for method, operation in of_path.items()
    ]
    return sorted(operations, key=lambda operation: operation[2]["operationId"] == "eraseMe")


NOTHING_TO_DO = {"correction": 404, "releaseSetAside": 404, "settle": 409, "settlementFile": 404}
"""Nothing of a whole demo is set aside, nobody in it corrects many days, and it has redeemed in the last weeks, not on the days
of the examples."""


def test_every_operations_example_request_works_as_it_stands(demo: Started) -> None:
    status, description = call(demo, "GET", "/openapi.json", role=None)
    assert (status, description["openapi"][:3]) == (200, "3.1")
    examples = Examples()
    sent = []
    # The upload comes first: the example of moving samples moves those of its source.
    upload_first = sorted(operations_of(description), key=lambda of: of[0] != "/v1/uploads")
    for path, method, operation in upload_first:
        roles = operation.get("x-roles")
        role, name = roles[0] if roles else None, operation["operationId"]
        headers = examples.headers(operation)
        body, media_type = None, ""
        if "requestBody" in operation:
            media_type, content = next(iter(operation["requestBody"]["content"].items()))
            body = BINARY[name] if name in BINARY else content["example"]
        if name == "checkIn":
            # The code on the screen is good for two minutes, so the description cannot have it.
            screen = call(demo, "GET", "/v1/classes/1/code", role="health_staff")[1]
            body = {"code": screen["code"]}
        if name == "closeSession":
            # It works, and then the token is over: so with one of its own.
            code = {"code": demo.access["resident"]["sign_in_code"]}
            token = call(demo, "POST", "/v1/sessions", role=None, body=code)[1]["token"]
            role, headers = None, {"Authorization": f"Bearer {token}"}
        if name == "endSession":
            # Of another device of theirs.
            code = {"code": demo.access["resident"]["sign_in_code"]}
            token = call(demo, "POST", "/v1/sessions", role=None, body=code)[1]["token"]
            other = {"Authorization": f"Bearer {token}"}
            listed = call(demo, "GET", "/v1/me/sessions", role=None, headers=other)[1]["items"]
            examples.session_id = next(
                session["session_id"] for session in listed if session["is_this"]
            )
        status, answer = call(
            demo,
            method.upper(),
            examples.path(path, operation),
            role=role,
            body=body,
            media_type=media_type,
            headers=headers,
        )
        if name in NOTHING_TO_DO:
            assert status == NOTHING_TO_DO[name], (method, path, answer)
            continue
        assert 200 <= status < 300, (method, path, answer)
        assert str(status) in operation["responses"], (method, path)
        if name == "openImport":
            examples.import_id = answer["id"]
        sent.append(name)
    assert len(sent) == len(set(sent))
    assert len(sent) >= 16


def test_other_wishes_for_a_filled_demo_are_refused_plainly() -> None:
    with own_var_dir() as var_dir:
        with start(["demo", "--residents", "10", "--days", "3"], var_dir=var_dir) as first:
            first.wait_for(FILLED)
            first_access = first.access
            assert first.stop() == 0
        refused = run(
            "demo", "--residents", "20", settings=environment(var_dir, first.port), seconds_max=60
        )
        assert refused.returncode == 1
        assert "--residents 10" in refused.stderr
        with start(["demo"], var_dir=var_dir, port=first.port) as second:
            assert second.wait_for(FILLED) < SECOND_START_SECONDS_MAX
            assert second.access["gateway"] == first_access["gateway"]
            assert second.stop() == 0
