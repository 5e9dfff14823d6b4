"""What pages show: the use cases of the commands and of the features, called with the console's stack."""
