"""Flex plugins in the stand-in: the Serverless service that hosts their bundles, and the Plugins API."""
