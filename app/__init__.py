"""The workstation: findings in, draft out. Everything the frozen bundle holds lives in this package."""
