package dev.kvcachepool.prefixadvert.anyposition;

import dev.kvcachepool.prefixadvert.wire.BlockHash;

/** One of the chunks that cover a text: its hash, the rest of that, and the position of its first token. */
record StoredChunk(BlockHash hash, BlockHash rest, int position) {}
