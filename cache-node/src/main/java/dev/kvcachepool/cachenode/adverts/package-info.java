/** Says on Kafka what this node holds. The only package of the cache-node that imports Kafka. */
@NullMarked
package dev.kvcachepool.cachenode.adverts;

import org.jspecify.annotations.NullMarked;
