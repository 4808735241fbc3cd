"""The model, in a process of its own: the window must survive whatever llama.cpp does."""
