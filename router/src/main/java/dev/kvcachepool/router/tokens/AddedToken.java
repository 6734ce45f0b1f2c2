package dev.kvcachepool.router.tokens;

/**
 * A token that a tokenizer looks for in a text before anything else.
 *
 * @param singleWord only where no word goes on beside it
 * @param lstrip takes the white space before it
 * @param rstrip takes the white space behind it
 * @param normalized looked for after the normalizer, not before
 */
record AddedToken(String content, boolean singleWord, boolean lstrip, boolean rstrip, boolean normalized) {}
