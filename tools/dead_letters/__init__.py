"""What could not be processed: dead letters are shown, resent to where they came from, and dropped."""
