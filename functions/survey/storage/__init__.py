"""Sessions in DynamoDB, survey definitions in S3."""
