package dev.kvcachepool.bench.routing;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;

/** Collects what becomes of requests. Sums and quantiles are taken as the simulator takes them. One thread. */
final class Outcome {
    private final List<Double> ttfts = new ArrayList<>();
    private long held;
    private long all;

    void add(Request request, Engine.Service service) {
        ttfts.add(service.firstByte() - request.at());
        held += service.held();
        all += request.blocks().size();
    }

    void requireAll(int requests) {
        if (ttfts.size() != requests) {
            throw new IllegalStateException(ttfts.size() + " of " + requests + " requests were sent");
        }
    }

    Figures figures(List<Engine> engines) {
        var sorted = ttfts.stream().sorted().toList();
        double sum = 0;
        for (var ttft : sorted) {
            sum += ttft;
        }
        long prefilled = engines.stream().mapToLong(Engine::prefilled).sum();
        long most = engines.stream().mapToLong(Engine::prefilled).max().orElseThrow();
        return new Figures(
                round((double) held / all, 4),
                round(sum / sorted.size(), 3),
                round(quantile(sorted, .5), 3),
                round(quantile(sorted, .99), 3),
                round(most / ((double) prefilled / engines.size()), 3),
                round(prefilled / 1e6, 2));
    }

    private static double quantile(List<Double> sorted, double quantile) {
        return sorted.get((int) ((sorted.size() - 1) * quantile));
    }

    /** As Python's {@code round}: of the very double, half to even. */
    private static double round(double value, int digits) {
        return new BigDecimal(value).setScale(digits, RoundingMode.HALF_EVEN).doubleValue();
    }
}
