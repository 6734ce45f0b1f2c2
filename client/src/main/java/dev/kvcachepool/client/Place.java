package dev.kvcachepool.client;

/**
 * Where part of a value lies.
 *
 * @param file of the node's memory
 * @param token by which the node gives the file
 * @param fileBytes of the whole file
 * @param offset in it, bytes, as {@code length}
 */
record Place(long file, String token, long fileBytes, long offset, long length) {}
