package dev.kvcachepool.bench.store;

/** What is measured. */
enum Operation {
    SET,
    GET
}
