"""What check-ins add to an API process."""

from typing import Final

from wellness_api.http.capabilities import Capability
from wellness_api.rewards.check_ins.class_handlers import (
    check_in,
    get_class_code,
    get_classes,
    make_class,
)
from wellness_api.rewards.check_ins.handlers import (
    record_check_in_list,
    record_check_ins,
    withdraw_check_ins,
)

CAPABILITY: Final = Capability(
    handlers=(
        check_in,
        get_class_code,
        get_classes,
        make_class,
        record_check_in_list,
        record_check_ins,
        withdraw_check_ins,
    ),
)
