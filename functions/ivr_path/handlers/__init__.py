"""One module per Lambda function, with its name."""
