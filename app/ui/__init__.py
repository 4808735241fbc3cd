"""The window: PySide6 lives here and nowhere else; one file a panel; windows arrange, they do not decide."""
