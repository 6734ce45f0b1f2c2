package dev.kvcachepool.e2e.demo;

import java.util.Locale;

/** The result as a table of text. */
final class Table {
    private Table() {}

    static String render(DemoResult result) {
        var text = new StringBuilder();
        text.append("%-14s %9s %9s %9s %11s %11s %11s %10s %10s%n"
                .formatted(
                        "policy",
                        "hit ratio",
                        "local",
                        "peers",
                        "TTFT mean",
                        "TTFT p50",
                        "TTFT p99",
                        "stored",
                        "fetched"));
        for (var pass : result.passes()) {
            text.append(String.format(
                    Locale.ROOT,
                    "%-14s %9.3f %9.3f %9.3f %8.0f ms %8.0f ms %8.0f ms %7.2f GB %7.2f GB%n",
                    pass.policy(),
                    pass.hitRatio(),
                    pass.localHitRatio(),
                    pass.peerHitRatio(),
                    pass.ttftMeanMs(),
                    pass.ttftP50Ms(),
                    pass.ttftP99Ms(),
                    pass.bytesStored() / 1e9,
                    pass.bytesFetched() / 1e9));
        }
        text.append(String.format(Locale.ROOT, "%-14s %9.3f%n", "infinite cache", result.idealHitRatio()));
        text.append(String.format(
                Locale.ROOT,
                "advert lag p99 %.1f ms (stored at a node → applied in the router), wrong bytes %d%n",
                result.advertLagP99Ms(),
                result.wrongBytes()));
        return text.toString();
    }
}
