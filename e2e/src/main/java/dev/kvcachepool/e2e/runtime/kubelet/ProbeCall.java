package dev.kvcachepool.e2e.runtime.kubelet;

import dev.kvcachepool.e2e.runtime.container.ContainerSpec;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.HTTPGetAction;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.Probe;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** One call of a probe or a hook; null is success, a text says what failed. Blocks up to the time-out. */
final class ProbeCall {
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .sslContext(AnyServer.context())
            .build();

    @Nullable
    String probe(Probe probe, Container container, ContainerSpec spec) throws InterruptedException {
        var timeout = Duration.ofSeconds(probe.getTimeoutSeconds() == null ? 1 : probe.getTimeoutSeconds());
        if (probe.getHttpGet() != null) {
            return get(probe.getHttpGet(), container, spec, timeout);
        }
        if (probe.getTcpSocket() != null) {
            var host = probe.getTcpSocket().getHost();
            return connect(
                    host == null ? spec.podIp() : host,
                    port(probe.getTcpSocket().getPort(), container),
                    timeout);
        }
        return ContainerExec.run(spec, probe.getExec().getCommand(), timeout);
    }

    @Nullable
    String get(HTTPGetAction action, Container container, ContainerSpec spec, Duration timeout)
            throws InterruptedException {
        var host = action.getHost() == null ? spec.podIp() : action.getHost();
        var path = action.getPath() == null ? "/" : action.getPath();
        var scheme = "HTTPS".equals(action.getScheme()) ? "https://" : "http://";
        var uri = URI.create(
                scheme + host + ":" + port(action.getPort(), container) + (path.startsWith("/") ? path : "/" + path));
        var request = HttpRequest.newBuilder(uri).timeout(timeout).header("User-Agent", "kube-probe/local");
        action.getHttpHeaders().forEach(header -> request.header(header.getName(), header.getValue()));
        try {
            var response = http.send(request.build(), HttpResponse.BodyHandlers.discarding());
            var status = response.statusCode();
            return status >= 200 && status < 400 ? null : "HTTP probe failed with statuscode: " + status;
        } catch (IOException e) {
            return "Get \"" + uri + "\": " + reason(e);
        }
    }

    private static @Nullable String connect(String host, int port, Duration timeout) {
        try (var socket = new Socket()) {
            socket.connect(new InetSocketAddress(host, port), (int) timeout.toMillis());
            return null;
        } catch (IOException e) {
            return "dial tcp " + host + ":" + port + ": " + reason(e);
        }
    }

    private static String reason(IOException e) {
        return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    }

    private static int port(IntOrString port, Container container) {
        if (port.getIntVal() != null) {
            return port.getIntVal();
        }
        return container.getPorts().stream()
                .filter(candidate -> port.getStrVal().equals(candidate.getName()))
                .map(candidate -> candidate.getContainerPort())
                .findFirst()
                .orElseGet(() -> Integer.parseInt(port.getStrVal()));
    }
}
