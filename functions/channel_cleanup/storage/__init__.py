"""Channels in DynamoDB."""
