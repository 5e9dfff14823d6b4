"""Requests in DynamoDB, configuration and recordings in S3."""
