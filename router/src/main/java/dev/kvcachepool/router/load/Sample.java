package dev.kvcachepool.router.load;

import java.util.Map;

/** One line of metrics. */
public record Sample(String name, Map<String, String> labels, double value) {}
