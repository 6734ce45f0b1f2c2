package dev.kvcachepool.cachenode.app;

import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Set;

/** A Unix socket to serve at, and who may connect: whoever may write the file. */
record SocketPath(Path path, Set<PosixFilePermission> permissions) {}
