"""Building the application, and putting it into an AWS account."""
