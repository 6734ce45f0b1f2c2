/** What travels over Kafka: keys, rows and their codec. Versioned, held by golden bytes. */
@NullMarked
package dev.kvcachepool.prefixadvert.wire;

import org.jspecify.annotations.NullMarked;
