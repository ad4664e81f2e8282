"""A folder's capability is all that a process has to know of it."""

import pkgutil
from importlib import import_module

import msgspec
from litestar.handlers import HTTPRouteHandler

import wellness_api
from wellness_api.http.access import ROLES
from wellness_api.http.capabilities import MODULE, capabilities
from wellness_api.http.operations import BODY
from wellness_api.http.services import Part

UNSAFE = {"POST", "PUT", "PATCH", "DELETE"}
WITHOUT_A_SESSION = {"openSession", "alive", "ready", "prometheusMetrics", "metrics", "lottery"}


def handlers() -> list[HTTPRouteHandler]:
    return [handler for capability in capabilities() for handler in capability.handlers]


def names_beside_capabilities() -> list[str]:
    """Modules of the folders that state one."""
    names = [
        module.name
        for module in pkgutil.walk_packages(wellness_api.__path__, "wellness_api.")
        if not module.ispkg
    ]
    folders = {name.rpartition(".")[0] for name in names if name.endswith(f".{MODULE}")}
    return [name for name in names if name.rpartition(".")[0] in folders]


def test_what_a_folder_defines_it_adds() -> None:
    added = {id(handler) for handler in handlers()}
    parts = {id(part) for capability in capabilities() for part in capability.parts}
    for name in names_beside_capabilities():
        for value in vars(import_module(name)).values():
            if isinstance(value, HTTPRouteHandler) and value.resolve_include_in_schema():
                assert id(value) in added, f"{name} has an operation that its capability leaves out"
            if isinstance(value, Part):
                assert id(value) in parts, f"{name} has a part that its capability leaves out"


def test_each_operation_has_a_name_of_its_own() -> None:
    named = [handler.operation_id for handler in handlers() if handler.resolve_include_in_schema()]
    assert len(named) == len(set(named))
    assert None not in named


def test_an_operation_that_changes_something_says_who_may_call_it() -> None:
    for handler in handlers():
        if UNSAFE & set(handler.http_methods) and handler.operation_id not in WITHOUT_A_SESSION:
            assert handler.opt.get(ROLES), handler.operation_id


def test_an_example_is_of_the_shape_that_its_operation_takes() -> None:
    for handler in handlers():
        body = handler.opt.get(BODY)
        if body is not None and body.shape is not None and not isinstance(body.example, str):
            msgspec.json.decode(msgspec.json.encode(body.example), type=body.shape)
