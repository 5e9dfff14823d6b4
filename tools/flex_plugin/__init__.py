"""The plugin for Twilio Flex in ``flex-plugin/``, from the command line."""
