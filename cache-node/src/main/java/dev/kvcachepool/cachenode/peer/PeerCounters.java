package dev.kvcachepool.cachenode.peer;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** What dealing with peers has come to since the start. Thread-safe. */
public final class PeerCounters {
    private final Map<Request, LongAdder> requests = new ConcurrentHashMap<>();
    final LongAdder errors = new LongAdder();
    final LongAdder skipped = new LongAdder();
    final LongAdder bytesSent = new LongAdder();
    final LongAdder bytesReceived = new LongAdder();
    final LongAdder cutShort = new LongAdder();
    final LongAdder owedLost = new LongAdder();

    /** What was asked of a peer. */
    public enum Question {
        GET,
        FETCH,
        SET,
        DEL,
        EXISTS,
        LENGTH,
        EXPIRY,
        CLEAR,
        COUNT,
        SCAN,
        TAKE,
        PIN
    }

    /** What came of it: an answer, or nothing. */
    public enum Outcome {
        ANSWERED,
        FAILED
    }

    private record Request(Question question, Outcome outcome) {}

    public PeerCounters() {
        for (var question : Question.values()) {
            for (var outcome : Outcome.values()) {
                requests.put(new Request(question, outcome), new LongAdder());
            }
        }
    }

    void count(Question question, Outcome outcome) {
        counter(question, outcome).increment();
    }

    private LongAdder counter(Question question, Outcome outcome) {
        return requests.computeIfAbsent(new Request(question, outcome), request -> new LongAdder());
    }

    public long requests(Question question, Outcome outcome) {
        return counter(question, outcome).sum();
    }

    /** Times that a peer did not connect, answer in time, or make sense. */
    public long errors() {
        return errors.sum();
    }

    /** Requests not sent, as the peer had just failed. */
    public long skipped() {
        return skipped.sum();
    }

    /** Bytes of values. */
    public long bytesSent() {
        return bytesSent.sum();
    }

    /** Bytes of values. */
    public long bytesReceived() {
        return bytesReceived.sum();
    }

    /** Values whose home failed while they were on their way to a client, which had to be cut off. */
    public long cutShort() {
        return cutShort.sum();
    }

    /** Removals owed to a peer that were given up, as there were too many. */
    public long owedLost() {
        return owedLost.sum();
    }
}
