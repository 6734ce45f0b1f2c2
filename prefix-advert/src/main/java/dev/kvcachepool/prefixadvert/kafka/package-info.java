/** The only package here that imports the Kafka client. */
@NullMarked
package dev.kvcachepool.prefixadvert.kafka;

import org.jspecify.annotations.NullMarked;
