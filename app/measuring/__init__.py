"""How fast and how large this program is here: the ruler of the bench command and of the benchmarks."""
