"""Call paths in DynamoDB and S3."""
