package dev.kvcachepool.cachenode.adverts;

import java.util.Map;

/**
 * What every client of the brokers is set to besides its own.
 *
 * @param security with secrets
 */
public record KafkaSettings(Map<String, String> security) {
    /** Without the secrets. */
    @Override
    public String toString() {
        return "KafkaSettings";
    }
}
