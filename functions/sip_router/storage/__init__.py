"""Versions and the live pointer in DynamoDB, route tables in S3."""
