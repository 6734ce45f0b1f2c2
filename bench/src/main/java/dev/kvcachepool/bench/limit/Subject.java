package dev.kvcachepool.bench.limit;

import dev.kvcachepool.bench.servers.Peer;
import org.jspecify.annotations.Nullable;

/** A server to be measured, and where its JVM notes its pauses if it is ours. */
record Subject(Peer peer, @Nullable PauseLog log) {}
