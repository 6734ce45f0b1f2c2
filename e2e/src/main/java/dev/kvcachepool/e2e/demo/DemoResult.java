package dev.kvcachepool.e2e.demo;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What goes into {@code target/demo.json}; the last pass is the one by adverts. */
@JsonPropertyOrder({
    "trace",
    "requests",
    "nodes",
    "blockBytes",
    "hostBytesPerNode",
    "speed",
    "peers",
    "passes",
    "idealHitRatio",
    "wrongBytes",
    "advertLagP99Ms",
    "applyToReadyMs",
    "childrenWritten"
})
record DemoResult(
        String trace,
        int requests,
        int nodes,
        long blockBytes,
        long hostBytesPerNode,
        double speed,
        boolean peers,
        List<PassResult> passes,
        double idealHitRatio,
        long wrongBytes,
        double advertLagP99Ms,
        long applyToReadyMs,
        int childrenWritten) {
    private static final double REQUIRED_HIT_GAIN = 1.5;

    private Optional<PassResult> pass(String policy) {
        return passes.stream().filter(pass -> pass.policy().equals(policy)).findFirst();
    }

    /** What is not as it must be, one sentence each; empty if the demo showed what it is to show. */
    @JsonIgnore
    List<String> shortcomings() {
        var list = new ArrayList<String>();
        if (wrongBytes > 0) {
            list.add(wrongBytes + " wrong bytes were fetched, there must be none");
        }
        passes.stream()
                .filter(pass -> pass.failed() > 0)
                .forEach(pass -> list.add(pass.failed() + " requests had no answer under " + pass.policy()));
        var adverts = passes.getLast();
        pass("round-robin").ifPresent(roundRobin -> compareHits(adverts, roundRobin, list));
        for (var other : passes.subList(0, passes.size() - 1)) {
            if (adverts.ttftMeanMs() >= other.ttftMeanMs()) {
                list.add("adverts has a mean TTFT of %.0f ms, not below the %.0f ms of %s"
                        .formatted(adverts.ttftMeanMs(), other.ttftMeanMs(), other.policy()));
            }
        }
        return list;
    }

    /** Where nodes read from one another every policy has the pool's hits: steering shows in what is read locally. */
    private void compareHits(PassResult adverts, PassResult roundRobin, List<String> shortcomings) {
        if (adverts.localHitRatio() < REQUIRED_HIT_GAIN * roundRobin.localHitRatio()) {
            shortcomings.add("adverts has a local hit ratio of %.3f, less than %.1f x the %.3f of round-robin"
                    .formatted(adverts.localHitRatio(), REQUIRED_HIT_GAIN, roundRobin.localHitRatio()));
        }
        if (peers && roundRobin.peerHitRatio() <= 0) {
            shortcomings.add("nothing was read from peers under round-robin");
        }
    }
}
