"""Every format. A new one is one file and one row here."""

from typing import Final

from wellness_api.health.formats.apple.healthkit import HEALTHKIT
from wellness_api.health.formats.csv_table.form import CSV_TABLE
from wellness_api.health.formats.fhir.form import FHIR
from wellness_api.health.formats.fit.form import FIT_FILE
from wellness_api.health.formats.format import Format
from wellness_api.health.formats.health_connect.form import HEALTH_CONNECT
from wellness_api.health.formats.open_mhealth.form import OPEN_MHEALTH
from wellness_api.health.formats.rows import ROWS

FORMATS: Final[tuple[Format, ...]] = (
    ROWS,
    HEALTH_CONNECT,
    HEALTHKIT,
    FHIR,
    OPEN_MHEALTH,
    CSV_TABLE,
    FIT_FILE,
)
