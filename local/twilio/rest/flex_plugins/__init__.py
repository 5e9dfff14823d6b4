"""The APIs that a Flex plugin is deployed with: Serverless, its upload host, and Flex Plugins."""
