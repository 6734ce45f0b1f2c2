/** A real Kafka broker inside this process. */
@NullMarked
package dev.kvcachepool.e2e.broker;

import org.jspecify.annotations.NullMarked;
