/** What the operator asks of the outside for each pool: Secrets by name, Kafka, its router. */
@NullMarked
package dev.kvcachepool.operator.probe;

import org.jspecify.annotations.NullMarked;
