"""Files of surveys in the bucket, as an operator edits them."""
