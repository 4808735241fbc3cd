"""What is installed: model files, what they say of themselves, and whether they are what they claim."""
