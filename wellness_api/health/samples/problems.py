"""What can be wrong with an upload as a whole. One wrong sample is refused in the receipt instead."""

from wellness_api.http.refused import Refused


class InvalidUpload(Refused):
    """The upload cannot be taken."""

    code = "invalid_upload"
    status = 422
    title = "The upload cannot be taken"
    kept = "Nothing of the upload was kept."
