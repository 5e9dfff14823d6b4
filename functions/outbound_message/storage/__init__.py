"""Requests and pairs of numbers, in DynamoDB."""
