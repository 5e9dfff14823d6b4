"""Replies: JSON for Studio and Flex, TwiML for a call that waits."""
