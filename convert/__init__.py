"""Base and adapter in, one quantized GGUF file out; without torch."""
