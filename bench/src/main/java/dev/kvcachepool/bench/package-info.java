/** Benchmarks, each a subcommand of {@code bin/bench}: results as JSON under {@code target/bench}, and as a table. */
@NullMarked
package dev.kvcachepool.bench;

import org.jspecify.annotations.NullMarked;
