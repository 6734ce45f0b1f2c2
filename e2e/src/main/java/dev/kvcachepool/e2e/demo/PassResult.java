package dev.kvcachepool.e2e.demo;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.List;

/**
 * What one policy achieved. Times in ms of the trace's time.
 *
 * @param hitRatio leading blocks fetched and verified / full prompt blocks
 * @param localHitRatio those of them that the engine's own cache-node held; the rest, {@code peerHitRatio}, it read from others
 * @param sortedTtft every answered request's, ascending
 * @param failed requests without an answer
 */
@JsonPropertyOrder({
    "policy",
    "hitRatio",
    "localHitRatio",
    "peerHitRatio",
    "ttftMeanMs",
    "ttftP50Ms",
    "ttftP99Ms",
    "bytesStored",
    "bytesFetched"
})
record PassResult(
        String policy,
        double hitRatio,
        double localHitRatio,
        double peerHitRatio,
        double ttftMeanMs,
        double ttftP50Ms,
        double ttftP99Ms,
        long bytesStored,
        long bytesFetched,
        @JsonIgnore long wrongBytes,
        @JsonIgnore double advertLagP99Ms,
        @JsonIgnore int failed,
        @JsonIgnore List<Double> sortedTtft) {

    /** The value below which the share {@code quantile} of {@code sorted} lies. */
    static double quantile(List<Double> sorted, double quantile) {
        return sorted.isEmpty() ? Double.NaN : sorted.get((int) Math.floor((sorted.size() - 1) * quantile));
    }

    static double mean(List<Double> values) {
        return values.stream().mapToDouble(Double::doubleValue).average().orElse(Double.NaN);
    }
}
