package dev.kvcachepool.kvp.kube;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kvcachepool.commandline.certificate.Issued;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KubeClientTest {
    private static final Issued SERVER = Issued.selfSigned("127.0.0.1", InstantSource.system());
    private static final Issued USER = Issued.selfSigned("admin", InstantSource.system());

    @TempDir
    Path folder;

    private @Nullable HttpsStandIn server;

    @AfterEach
    void stop() {
        if (server != null) {
            server.close();
        }
    }

    private HttpsStandIn serve(Issued identity, Predicate<String> known, String... groups)
            throws IOException, GeneralSecurityException {
        var started = new HttpsStandIn(identity, USER.certificate(), known, groups);
        server = started;
        return started;
    }

    /** As a user of a kubeconfig, whose server is what {@code cluster} says beside its address. */
    private KubeClient client(HttpsStandIn server, String cluster, String user) throws IOException {
        var file = Files.writeString(folder.resolve("config"), """
                current-context: x
                clusters: [{name: c, cluster: {server: "https://127.0.0.1:%d", %s}}]
                users: [{name: u, user: {%s}}]
                contexts: [{name: x, context: {cluster: c, user: u}}]
                """.formatted(server.port(), cluster, user));
        return new KubeClient(
                Kubeconfig.access(file, null, Map.of("PATH", System.getenv("PATH"), "FROM_OUTSIDE", "o")));
    }

    private static boolean anybody(String authorization) {
        return !authorization.equals("Bearer wrong");
    }

    private static String trusted() {
        return "certificate-authority-data: " + base64(SERVER.certificatePem());
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void aUserIsKnownByACertificateThatLiesInTheFile() throws Exception {
        // Given
        var api = serve(SERVER, KubeClientTest::anybody);
        var client = client(
                api,
                trusted(),
                "client-certificate-data: %s, client-key-data: %s"
                        .formatted(base64(USER.certificatePem()), base64(USER.keyPem())));

        // When
        var answer = client.get("/api");

        // Then
        assertThat(answer.toString()).isEqualTo("{\"items\":[1,2.5,\"x\",true,null,9007199254740993]}");
        assertThat(api.seen()).containsExactly("CN=admin||[][]");
    }

    @Test
    void filesAreThoseOfTheKubeconfigsFolder() throws Exception {
        // Given
        Files.writeString(folder.resolve("ca.pem"), SERVER.certificatePem());
        Files.writeString(folder.resolve("user.pem"), USER.certificatePem());
        Files.writeString(folder.resolve("key.pem"), USER.keyPem());
        var api = serve(SERVER, KubeClientTest::anybody);

        // When
        client(api, "certificate-authority: ca.pem", "client-certificate: user.pem, client-key: key.pem")
                .get("/api");

        // Then
        assertThat(api.seen()).containsExactly("CN=admin||[][]");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "token: abc; |Bearer abc|[][]",
                "username: me, password: 'p:w'; |Basic bWU6cDp3|[][]",
                "'token: abc, tokenFile: token'; |Bearer from-file|[][]",
                "'auth-provider: {name: oidc, config: {id-token: t}}'; |Bearer t|[][]",
                "'token: abc, as: other, as-groups: [g1, g2]'; |Bearer abc|[other][g1, g2]"
            })
    void aUserIsKnownByWhatTheKubeconfigHas(String user, String seen) throws Exception {
        // Given
        Files.writeString(folder.resolve("token"), "from-file\n");
        var api = serve(SERVER, KubeClientTest::anybody);

        // When
        client(api, trusted(), user).get("/api");

        // Then
        assertThat(api.seen()).containsExactly(seen);
    }

    @ParameterizedTest
    @ValueSource(strings = {"v1", "v1beta1"})
    void aProgramIsAskedWithItsWordsAndVariables(String version) throws Exception {
        // Given
        var program = Files.writeString(folder.resolve("login"), """
                #!/bin/sh
                case "$KUBERNETES_EXEC_INFO" in *'"server":"https://127.0.0.1:'*) ;; *) exit 9 ;; esac
                echo '{"kind": "ExecCredential", "apiVersion": "client.authentication.k8s.io/%s",
                  "status": {"token": "'$1-$MINE-$FROM_OUTSIDE'"}}'
                """.formatted(version));
        assertThat(program.toFile().setExecutable(true)).isTrue();
        var api = serve(SERVER, KubeClientTest::anybody);

        // When its path is that of the kubeconfig's folder
        client(api, trusted(), """
                exec: {apiVersion: client.authentication.k8s.io/%s, command: ./login, args: [a], interactiveMode: Never,
                       env: [{name: MINE, value: m}], provideClusterInfo: true}""".formatted(version)).get("/api");

        // Then
        assertThat(api.seen()).containsExactly("|Bearer a-m-o|[][]");
    }

    @Test
    void aProgramThatFailsIsNamedWithItsHint() throws Exception {
        // Given
        var api = serve(SERVER, KubeClientTest::anybody);
        var client = client(
                api,
                trusted(),
                "exec: {apiVersion: client.authentication.k8s.io/v1, command: kvp-no-such-program, interactiveMode: Never,"
                        + " installHint: install it}");

        // When, then
        assertThatThrownBy(() -> client.get("/api"))
                .hasMessage("kvp-no-such-program, by which user u logs in, can't be started; install it");
    }

    @Test
    void whoIsRefusedLogsInOnceMore() throws Exception {
        // Given a token that ended
        var token = Files.writeString(folder.resolve("token"), "old");
        var api = serve(SERVER, shown -> shown.equals("Bearer " + read(token)));
        var client = client(api, trusted(), "tokenFile: token");
        client.get("/api");
        Files.writeString(token, "new");

        // When
        client.get("/api");

        // Then
        assertThat(api.seen()).containsExactly("|Bearer old|[][]", "|Bearer old|[][]", "|Bearer new|[][]");
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void aServerIsHeldToTheNameThatTheKubeconfigSays() throws Exception {
        // Given a certificate of another name than the address
        var named = Issued.selfSigned("api.cluster", InstantSource.system());
        var api = serve(named, KubeClientTest::anybody);
        var authority = "certificate-authority-data: " + base64(named.certificatePem());

        // When
        client(api, authority + ", tls-server-name: api.cluster", "token: t").get("/api");

        // Then
        assertThat(api.seen()).hasSize(1);
        var unnamed = client(api, authority, "token: t");
        var misnamed = client(api, authority + ", tls-server-name: other", "token: t");
        assertThatThrownBy(() -> unnamed.get("/api")).hasMessageContaining("does not answer");
        assertThatThrownBy(() -> misnamed.get("/api")).hasMessageContaining("does not answer");
        assertThat(api.seen()).as("a token is shown to nobody else").hasSize(1);
    }

    @Test
    void aServerThatNobodyVouchesForIsBelievedOnlyIfThatIsAskedFor() throws Exception {
        // Given
        var api = serve(SERVER, KubeClientTest::anybody);
        var other = "certificate-authority-data: " + base64(USER.certificatePem());

        // When, then
        var strict = client(api, other, "token: t");
        assertThatThrownBy(() -> strict.get("/api")).isInstanceOf(KubeException.class);
        assertThat(api.seen()).isEmpty();
        client(api, "insecure-skip-tls-verify: true", "token: t").get("/api");
        assertThat(api.seen()).hasSize(1);
    }

    @Test
    void aServerThatDoesNotKnowTheQuickGroupIsAskedAgainWithAll() throws Exception {
        // Given
        var api = serve(SERVER, KubeClientTest::anybody, "secp256r1");

        // When
        client(api, trusted(), "token: t").get("/api");

        // Then
        assertThat(api.seen()).containsExactly("|Bearer t|[][]");
    }

    @Test
    void aProxyIsGoneThrough() throws Exception {
        // Given one at which nobody listens
        var api = serve(SERVER, KubeClientTest::anybody);
        var client = client(api, trusted() + ", proxy-url: \"http://127.0.0.1:1\"", "token: t");

        // When, then
        assertThatThrownBy(() -> client.get("/api")).hasMessageContaining("does not answer");
        assertThat(api.seen()).isEmpty();
    }
}
