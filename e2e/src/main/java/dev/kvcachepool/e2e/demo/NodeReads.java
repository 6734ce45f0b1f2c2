package dev.kvcachepool.e2e.demo;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;

/**
 * How many values the cache-nodes have given to engines, by where they came from, since their start. Both 0 where nodes don't
 * read from one another: such nodes have no such counts.
 */
record NodeReads(long local, long peer) {
    /** Asks nodes for their metrics, at host:port each; one that has been killed, or only just starts, counts for nothing. */
    static NodeReads of(List<String> addresses) throws InterruptedException {
        long local = 0;
        long peer = 0;
        try (var http = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(Duration.ofSeconds(5))
                .build()) {
            for (var address : addresses) {
                var text = metrics(http, address);
                local += count(text, "local");
                peer += count(text, "peer");
            }
        }
        return new NodeReads(local, peer);
    }

    private static String metrics(HttpClient http, String address) throws InterruptedException {
        var request = HttpRequest.newBuilder(URI.create("http://" + address + "/metrics"))
                .timeout(Duration.ofSeconds(20))
                .build();
        try {
            return http.send(request, HttpResponse.BodyHandlers.ofString()).body();
        } catch (IOException e) {
            return "";
        }
    }

    private static long count(String text, String source) {
        var series = "kvcachepool_nearby_reads_total{source=\"" + source + "\"";
        return text.lines()
                .filter(line -> line.startsWith(series))
                .mapToLong(line -> (long) Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    /** The part of what has been read since {@code before} that came from other nodes. */
    double peerShareSince(NodeReads before) {
        double fromPeers = peer - before.peer;
        double all = fromPeers + local - before.local;
        return all == 0 ? 0 : fromPeers / all;
    }
}
