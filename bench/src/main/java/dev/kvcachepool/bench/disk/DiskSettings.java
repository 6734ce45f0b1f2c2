package dev.kvcachepool.bench.disk;

import java.util.List;

/** What is to be measured; sizes, {@code data} that is moved at once and the node's memory {@code host} in bytes. */
record DiskSettings(List<Long> sizes, List<Integer> depths, int rounds, long data, long host) {}
