"""Versions of the route table in DynamoDB and S3."""
