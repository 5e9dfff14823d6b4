"""S3's event about a deleted object: https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html."""

from switchboard.inputs.model import EventModel


class S3Object(EventModel):
    """An object of the bucket."""

    key: str


class DeletedObject(EventModel):
    """The deletion of an object, or of one of its older versions."""

    object: S3Object
