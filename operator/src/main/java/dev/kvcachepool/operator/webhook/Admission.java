package dev.kvcachepool.operator.webhook;

import dev.kvcachepool.operator.desired.Release;
import dev.kvcachepool.operator.inject.Injection;
import dev.kvcachepool.operator.inject.Outcome;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Locale;
import org.jboss.logging.Logger;

/** Answers what the API server asks about pods. Looks up, changes nothing, so that a dry run is like any other. Thread-safe. */
final class Admission {
    private static final Logger LOG = Logger.getLogger(Admission.class);
    private static final int OK = 200;
    private static final int BAD_REQUEST = 400;

    private final Surroundings surroundings;
    private final Release release;
    private final MeterRegistry metrics;

    /** What a request came to. */
    private enum Result {
        INJECTED,
        SKIPPED,
        UNTOUCHED,
        FAILED,
        MALFORMED
    }

    Admission(Surroundings surroundings, Release release, MeterRegistry metrics) {
        this.surroundings = surroundings;
        this.release = release;
        this.metrics = metrics;
        for (var result : Result.values()) {
            count(result, 0);
        }
    }

    /**
     * An answer.
     *
     * @param body JSON, or a sentence where the status is no 200
     */
    record Answer(int status, String body) {
        static Answer refusal(int status, String sentence) {
            return new Answer(status, sentence + "\n");
        }
    }

    Answer answer(byte[] body) {
        try {
            var review = Review.of(body);
            return new Answer(OK, review.answer(outcome(review)));
        } catch (Malformed e) {
            count(Result.MALFORMED, 1);
            return Answer.refusal(BAD_REQUEST, e.what());
        }
    }

    private Outcome outcome(Review review) {
        var pod = review.pod();
        if (pod == null) {
            count(Result.UNTOUCHED, 1);
            return new Outcome.Untouched();
        }
        try {
            var outcome = Injection.of(
                    pod, surroundings.pools(review.namespace()), surroundings.security(review.namespace()), release);
            count(
                    switch (outcome) {
                        case Outcome.Untouched _ -> Result.UNTOUCHED;
                        case Outcome.Injected _ -> Result.INJECTED;
                        case Outcome.Skipped _ -> Result.SKIPPED;
                    },
                    1);
            return outcome;
        } catch (KubernetesClientException e) {
            count(Result.FAILED, 1);
            LOG.warnf("pools of namespace %s can't be looked up for a new pod: %s", review.namespace(), e.getMessage());
            return Injection.skipped(pod, "the operator could not look the namespace's pools up: make the pod again");
        }
    }

    private void count(Result result, int by) {
        metrics.counter(
                        "kvcachepool.operator.injections",
                        "result",
                        result.name().toLowerCase(Locale.ROOT))
                .increment(by);
    }
}
