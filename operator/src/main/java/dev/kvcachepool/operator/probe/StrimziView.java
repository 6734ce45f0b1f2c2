package dev.kvcachepool.operator.probe;

import dev.kvcachepool.operator.desired.KafkaWay;
import dev.kvcachepool.operator.probe.Findings.Absent;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What Strimzi's resources say of a pool's Kafka.
 *
 * @param way how it is reached; null while that is not known, or where the pool has nothing to do with Strimzi
 * @param wrong what is missing or not ready, a sentence each
 */
public record StrimziView(@Nullable KafkaWay way, List<Absent> wrong) {
    /** Of a pool whose Kafka is named by its address. */
    public static final StrimziView NONE = new StrimziView(null, List.of());

    public StrimziView {
        wrong = List.copyOf(wrong);
    }

    static StrimziView lacks(String reason, String sentence) {
        return new StrimziView(null, List.of(new Absent(reason, sentence)));
    }
}
