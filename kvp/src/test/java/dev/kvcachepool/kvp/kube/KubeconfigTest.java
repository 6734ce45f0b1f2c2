package dev.kvcachepool.kvp.kube;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KubeconfigTest {
    private static final String ONE = """
            # as many write it
            apiVersion: v1
            kind: Config
            preferences: {}
            current-context: first
            clusters:
            - cluster:
                server: https://one:6443/
                certificate-authority: ca.pem
              name: c
            users:
            - name: u
              user:
                token: "1"
            contexts:
            - context: {cluster: c, user: u, namespace: team}
              name: first
            """;

    @TempDir
    Path folder;

    private Path file(String name, String content) throws IOException {
        var file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, content);
    }

    private static Access access(@Nullable String context, Path... files) {
        var list = String.join(":", List.of(files).stream().map(Path::toString).toList());
        return Kubeconfig.access(null, context, Map.of("KUBECONFIG", list, "HOME", "/nonexistent"));
    }

    @Test
    void theFirstFileThatNamesSomethingIsBelieved() throws Exception {
        // Given two files that differ about a cluster and a user, and one that is not there
        file("a/ca.pem", "of a");
        var a = file("a/config", ONE);
        var b = file(
                "b/config",
                ONE.replace("https://one", "https://two")
                        .replace("\"1\"", "\"2\"")
                        .replace("name: first", "name: second")
                        .replace("current-context: first", "current-context: second"));

        // When
        var current = access(null, folder.resolve("none"), a, b);
        var other = access("second", a, b);

        // Then
        assertThat(current.server()).isEqualTo(URI.create("https://one:6443"));
        assertThat(current.namespace()).isEqualTo("team");
        assertThat(current.trust().authorities()).isEqualTo("of a".getBytes(StandardCharsets.US_ASCII));
        assertThat(other.server()).isEqualTo(URI.create("https://one:6443"));
        assertThat(other.login().prove().headers()).containsEntry("Authorization", List.of("Bearer 1"));
    }

    @Test
    void anExplicitFileIsTheOnlyOne() throws Exception {
        // Given
        file("ca.pem", "x");
        var a = file("a", ONE.replace("https://one", "https://two"));
        var b = file("b", ONE);

        // When
        var access = Kubeconfig.access(b, null, Map.of("KUBECONFIG", a.toString()));

        // Then
        assertThat(access.server().getHost()).isEqualTo("one");
    }

    @Test
    void jsonAndAnchorsAreYamlToo() throws Exception {
        var json = file("json", """
                {"current-context": "x", "contexts": [{"name": "x", "context": {"cluster": "c", "user": "nobody"}}],
                 "clusters": [{"name": "c", "cluster": {"server": "https://one", "insecure-skip-tls-verify": true}}]}
                """);
        var anchors = file("anchors", """
                current-context: x
                clusters: [{name: c, cluster: &c {server: "https://one"}}, {name: d, cluster: *c}]
                contexts: [{name: x, context: {cluster: d, user: ~}}]
                """);

        assertThat(access(null, json).trust().anyone()).isTrue();
        assertThat(access(null, json).login().prove().headers()).isEmpty();
        assertThat(access(null, anchors).server().getHost()).isEqualTo("one");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "current-context: first|current-context: ''|no current context; --context names one of: first",
                "current-context: first|current-context: other|no context other; it has: first",
                "cluster: c,|cluster: d,|names the cluster 'd', of which the kubeconfig has no server",
                "https://one:6443/|ftp://one|the server 'ftp://one', which is no address",
                "kind: Config|kind: [|can't be read",
                "certificate-authority: ca.pem|certificate-authority-data: '*'|certificate-authority-data is not Base64",
                "certificate-authority: ca.pem|certificate-authority: none.pem|none.pem, which can't be read",
                "certificate-authority: ca.pem|proxy-url: ftp://u:secret@p|is not of the form http://host:port"
            })
    void whatIsWrongIsSaid(String part, String instead, String message) throws Exception {
        // Given
        file("ca.pem", "x");
        var config = file("config", ONE.replace(part, instead));

        // When, then
        assertThatThrownBy(() -> access(null, config))
                .isInstanceOf(KubeException.class)
                .hasMessageContaining(message)
                .hasMessageNotContaining("secret");
    }

    @Test
    void withoutAnyFileNoClusterIsKnown() {
        assertThatThrownBy(() -> access(null, folder.resolve("none"))).hasMessageContaining("no cluster is known");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''                  |''                       |p:3128",
                "http://q:1          |''                       |q:1",
                "socks5://q          |''                       |q:1080",
                "http://q:1          |api.corp                 |q:1",
                "''                  |other, .corp             |none",
                "''                  |api.corp                 |none",
                "''                  |orp                      |p:3128",
                "''                  |*                        |none"
            })
    void aProxyIsTheKubeconfigsOrTheEnvironments(String configured, String exceptions, String expected) {
        // When
        var proxy = Proxies.of(
                URI.create("https://api.corp:6443"),
                configured.strip(),
                Map.of("https_proxy", "p:3128", "NO_PROXY", exceptions.strip()));

        // Then
        assertThat(text(proxy)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({"10.0.0.0/8,none", "10.1.0.0/17,none", "10.1.128.0/17,p:3128", "10.0.0.0/x,p:3128", "fd00::/8,p:3128"})
    void aNetworkIsExcepted(String network, String expected) {
        var proxy = Proxies.of(
                URI.create("https://10.1.2.3:6443"), "", Map.of("HTTPS_PROXY", "http://p:3128", "no_proxy", network));

        assertThat(text(proxy)).isEqualTo(expected);
    }

    private static String text(Proxy proxy) {
        return proxy.address() instanceof InetSocketAddress address
                ? address.getHostString() + ":" + address.getPort()
                : "none";
    }
}
