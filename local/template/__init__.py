"""What template.yaml defines, read as CloudFormation would."""
