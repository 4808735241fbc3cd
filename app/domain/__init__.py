"""The words of the trade, in the standard library alone."""
