"""Objects of the local S3, as the AWS CLI and boto3 see them."""

import urllib.request

import pytest
from botocore.exceptions import ClientError

from local.platform import Platform


@pytest.mark.parametrize(
    "key", ["a//b", "ä/ü x", "/lead", "p+q r%20", "folder/", "x?y=z&q", "a/../b", "'\"<>&"]
)
def test_an_object_is_found_under_any_key_that_it_was_stored_with(platform: Platform, key: str) -> None:
    s3, where = platform.aws.client("s3"), {"Bucket": platform.bucket, "Key": f"objects/{key}"}
    # Names of metadata may have underscores, which web servers tend to drop.
    s3.put_object(**where, Body=b"hello", ContentType="text/plain", Metadata={"one-two": "1", "a_b": "2"})
    head, found = s3.head_object(**where), s3.get_object(**where)
    assert (head["ContentLength"], head["ContentType"], head["ETag"]) == (5, "text/plain", found["ETag"])
    assert head["Metadata"] == found["Metadata"] == {"one-two": "1", "a_b": "2"}
    assert found["Body"].read() == b"hello"
    with urllib.request.urlopen(s3.generate_presigned_url("get_object", where), timeout=30) as answer:
        assert answer.read() == b"hello"
    listed = s3.list_objects_v2(Bucket=platform.bucket, Prefix=where["Key"])["Contents"]
    assert [(item["Key"], item["Size"]) for item in listed] == [(where["Key"], 5)]
    s3.delete_objects(Bucket=platform.bucket, Delete={"Objects": [{"Key": where["Key"]}]})
    with pytest.raises(ClientError, match="NoSuchKey"):
        s3.get_object(**where)
