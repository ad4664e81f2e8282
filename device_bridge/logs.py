"""Logs: one JSON object a line on standard error. No measured value is ever logged."""

import logging
import sys

import structlog


def configure_logs() -> None:
    """Logs everything from INFO on. The Bluetooth stacks log warnings only, because below that they log payloads."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    for stack in ("bleak", "bleak_retry_connector", "bumble"):
        logging.getLogger(stack).setLevel(logging.WARNING)
