"""One kind of cell each."""
