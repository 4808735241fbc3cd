"""What a model moves through memory: the bytes that one more token reads, and those that its context takes.

It does not know how fast memory is.
"""

from __future__ import annotations

from app.models.gguf_format import GgufHeader
from app.models.llama_contract import dimensions

_EMBEDDING = "token_embd.weight"
_OUTPUT = "output.weight"
# Keys and values are kept in 16 bits.
_VALUE_BYTES = 2


def weight_bytes_a_token(header: GgufHeader) -> int:
    """The bytes of weights that computing one token reads.

    Every tensor is read once, but for the table of embeddings: of that, one row. A model without an output matrix of
    its own uses the table as one, and reads all of it.
    """
    tensors = {info.name: info for info in header.tensors}
    total = sum(info.nbytes for info in header.tensors)
    embedding = tensors.get(_EMBEDDING)
    if embedding is None or _OUTPUT not in tensors:
        return total
    row = embedding.nbytes // embedding.shape[1]
    return total - embedding.nbytes + row


def context_bytes_a_token(header: GgufHeader) -> int:
    """The bytes that one token takes in the context, a key and a value in every layer; each later token reads them."""
    measures = dimensions(header)
    return 2 * measures.layers * measures.heads_kv * measures.head_size * _VALUE_BYTES
