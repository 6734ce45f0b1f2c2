package dev.kvcachepool.e2e.cluster;

import static dev.kvcachepool.e2e.cluster.OperatorFixture.CLUSTER;
import static dev.kvcachepool.e2e.cluster.OperatorFixture.apply;
import static dev.kvcachepool.e2e.cluster.OperatorFixture.awaitCondition;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kvcachepool.e2e.Fixture;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** An operator with nothing to do writes nothing. Writes are counted by the API server itself. */
class QuietIT {
    private static final Pattern WRITES = Pattern.compile(
            "apiserver_request_total\\{.*resource=\"([a-z]+)\".*verb=\"(POST|PUT|PATCH|APPLY|DELETE)\"\\} ([0-9.e+]+)");

    private static final List<String> KINDS = List.of(
            "kvcachepools",
            "prefixpins",
            "statefulsets",
            "daemonsets",
            "deployments",
            "services",
            "configmaps",
            "serviceaccounts",
            "networkpolicies",
            "poddisruptionbudgets",
            "roles",
            "rolebindings",
            "events",
            "secrets");

    @Test
    void nothingIsWrittenInAQuietQuarterMinute() {
        staysQuiet(Duration.ofSeconds(15));
    }

    @Test
    @Tag("long")
    void nothingIsWrittenInTenQuietMinutes() {
        staysQuiet(Duration.ofMinutes(10));
    }

    private static void staysQuiet(Duration time) {
        // Given two pools at rest, and a third whose nodes nobody wants
        var namespace = CLUSTER.namespace();
        for (var placement : List.of("Pooled", "NodeLocal")) {
            var name = placement.toLowerCase(Locale.ROOT);
            apply(namespace, name, """
                    placement: %s
                    tiers: {host: {size: 1Gi}}
                    adverts: {bootstrapServers: "%s", replication: 1}
                    security: {networkPolicy: {enabled: true}}
                    template: {volumes: [{name: a, mountPath: /a, readOnly: false, emptyDir: 2048Mi}]}
                    """.formatted(placement, Fixture.broker().address()));
            awaitCondition(namespace, name, "Ready", "True");
            awaitCondition(namespace, name, "AdvertsPublishing", "True");
        }
        apply(namespace, "huge", """
                replicas: 0
                router: {enabled: false}
                tiers: {host: {size: 1024Mi, hugePages: true}}
                adverts: {bootstrapServers: "%s", replication: 1}
                """.formatted(Fixture.broker().address()));
        awaitCondition(namespace, "huge", "Ready", "False NoNodes");
        var settled = new Object() {
            Map<String, Double> last = writes();
        };
        Awaitility.await("the last Events are sent")
                .atMost(Duration.ofMinutes(1))
                .pollInterval(Duration.ofSeconds(3))
                .until(() -> {
                    var before = settled.last;
                    settled.last = writes();
                    return before.equals(settled.last);
                });
        // When
        var quiet = Awaitility.await("no write")
                .during(time)
                .atMost(time.plusSeconds(20))
                .pollInterval(Duration.ofSeconds(5));
        // Then
        quiet.untilAsserted(() -> assertThat(writes()).isEqualTo(settled.last));
    }

    /** Requests that write, by kind; of the kinds that the operator or its pools have to do with. */
    private static Map<String, Double> writes() {
        var writes = new TreeMap<String, Double>();
        CLUSTER.kubectl("get", "--raw", "/metrics").mustSucceed().lines().forEach(line -> {
            var match = WRITES.matcher(line);
            if (match.find() && KINDS.contains(match.group(1))) {
                writes.merge(match.group(1), Double.parseDouble(match.group(3)), Double::sum);
            }
        });
        return writes;
    }
}
