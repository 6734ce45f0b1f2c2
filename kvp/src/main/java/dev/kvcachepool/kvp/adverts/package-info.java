/** {@code kvp adverts}: a pool's advert tables as they lie in Kafka. Its door is {@link dev.kvcachepool.kvp.adverts.AdvertsCommand}. */
@NullMarked
package dev.kvcachepool.kvp.adverts;

import org.jspecify.annotations.NullMarked;
