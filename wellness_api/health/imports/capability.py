"""What imports add to an API process."""

from typing import Final

from wellness_api.health.imports.handlers import (
    delete_import,
    get_import,
    get_imports,
    post_import,
    put_part,
)
from wellness_api.http.capabilities import Capability

CAPABILITY: Final = Capability(
    handlers=(post_import, put_part, get_import, get_imports, delete_import),
)
