package dev.kvcachepool.prefixadvert.kafka;

import java.util.List;
import org.apache.kafka.common.Uuid;

/**
 * A topic as its broker describes it at one moment.
 *
 * @param id another one once the topic was deleted and made anew
 * @param logs one a partition, in their order
 */
record TopicState(Uuid id, List<Log> logs) {
    TopicState {
        logs = List.copyOf(logs);
    }

    int partitions() {
        return logs.size();
    }

    /**
     * One partition's log.
     *
     * @param start offset of the first record that may be there
     * @param end one more than the offset of the last record
     * @param epoch of the leader that wrote last, −1 where unknown
     */
    record Log(long start, long end, int epoch) {}
}
