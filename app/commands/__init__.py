"""The command line: what scripts, IT and the curious use instead of the window."""
