package dev.kvcachepool.bench.limit;

import java.util.List;

/** What is to be measured; {@code limit} in bytes. */
record LimitSettings(List<String> servers, int connections, int rounds, long limit) {}
