package dev.kvcachepool.cachenode.adverts;

import io.smallrye.common.annotation.Identifier;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.util.HashMap;
import java.util.Map;

/**
 * What the channel {@code nodes} needs to be let in by the brokers. Not in the configuration, which would take a
 * password's dollar signs for its own.
 */
final class KafkaLogin {
    static final String NAME = "kvp-login";

    @Produces
    @Singleton
    @Identifier(NAME)
    Map<String, Object> settings(KafkaSettings settings) {
        return new HashMap<>(settings.security());
    }
}
