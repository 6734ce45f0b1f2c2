package dev.kvcachepool.e2e.observe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvcachepool.e2e.process.Program;
import dev.kvcachepool.e2e.runtime.kubelet.AnyServer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** What a program says to Prometheus. */
public final class Scrape {
    /** One for all, which asks for no HTTP/2: with a client a scrape, and its upgrade, one in thousands never came back. */
    private static final HttpClient HTTP = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .sslContext(AnyServer.context())
            .build();

    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final Pattern TYPE = Pattern.compile("(?m)^# TYPE (kvcachepool_\\w+) (\\w+)$");

    private Scrape() {}

    /** Where it serves HTTP, over TLS or without. */
    static URI base(Program program) {
        var scheme = program.await().containsKey("https") ? "https" : "http";
        return URI.create(scheme + "://" + program.address(scheme));
    }

    public static String text(Program program) throws Exception {
        var answer = HTTP.send(
                HttpRequest.newBuilder(base(program).resolve("/metrics"))
                        .timeout(LIMIT)
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).isEqualTo(200);
        return answer.body();
    }

    /** The value of one series, as {@code name} or {@code name{label="value"}}; 0 where it is not there. */
    public static double value(Program program, String series) throws Exception {
        return text(program)
                .lines()
                .filter(line -> line.startsWith(series + " ") || line.startsWith(series + "{"))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    /** The product's own metrics, by name; the maximum that comes with each timer is the timer's. */
    static Set<String> names(String text) {
        var names = new TreeSet<String>();
        var matcher = TYPE.matcher(text);
        while (matcher.find()) {
            var name = matcher.group(1);
            // The format names a counter without its suffix in some versions, with it in others.
            names.add(matcher.group(2).equals("counter") && !name.endsWith("_total") ? name + "_total" : name);
        }
        names.removeIf(name -> name.endsWith("_max") && names.contains(name.substring(0, name.length() - 4)));
        return names;
    }
}
