"""What is remembered of requests and of pairs of numbers, in DynamoDB."""
