package dev.kvcachepool.cachenode.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvcachepool.cachenode.net.TestTls;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TlsFlagsTest {
    @TempDir
    Path folder;

    private Map<String, String> files() {
        var files = new HashMap<String, String>();
        files.put("KVP_TLS_CERTIFICATE", folder.resolve("tls.crt").toString());
        files.put("KVP_TLS_KEY", folder.resolve("tls.key").toString());
        files.put("KVP_TLS_CA", folder.resolve("ca.crt").toString());
        return files;
    }

    private static CommandLineReader.Outcome read(Map<String, String> environment, String... flags) {
        return CommandLineReader.read(flags, environment);
    }

    @Test
    void thereIsNoTlsUnlessItIsTold() {
        // When
        var told = read(Map.of()).settings().tls();
        // Then
        assertThat(told.tls()).isNull();
        assertThat(told.files()).isEmpty();
    }

    @Test
    void allThreeFilesAreNeeded() {
        assertThat(read(Map.of("KVP_TLS_KEY", "k")).message())
                .contains(
                        "--tls-certificate and --tls-ca are missing: TLS needs --tls-certificate, --tls-key and --tls-ca");
        assertThat(read(Map.of("KVP_TLS_KEY", "k", "KVP_TLS_CERTIFICATE", "c")).message())
                .contains("--tls-ca is missing");
        assertThat(read(Map.of("KVP_TLS_NODE_DOMAIN", "d")).message())
                .contains("--tls-node-domain needs --tls-certificate");
        assertThat(read(Map.of("KVP_TLS_CLIENT_CERTIFICATES", "required")).message())
                .contains("--tls-client-certificates", "'required' needs --tls-certificate");
        assertThat(read(Map.of("KVP_TLS_CLIENT_CERTIFICATES", "maybe")).message())
                .contains("--tls-client-certificates", "'maybe'", "allowed are required and optional");
        assertThat(read(files()).message()).contains("--tls-certificate", "cannot be read");
    }

    @Test
    void aNodeAmongOthersMustHaveItsName() {
        // Given
        TestTls.of(folder, "*.pool");
        var files = files();
        // When
        var alone = read(files, "--pool=other");
        var known = read(files, "--pool=pool", "--kafka=broker:9092");
        var stranger = read(files, "--pool=other", "--node-id=n", "--kafka=broker:9092");
        var told = read(files, "--pool=other", "--tls-node-domain=pool", "--kafka=broker:9092", "--lm-tls=false");
        // Then
        assertThat(alone.settings().tls().files()).hasSize(1);
        assertThat(known.settings().tls().lm()).isTrue();
        assertThat(stranger.message())
                .contains("--tls-certificate", "has none of the DNS names n.other or *.other, by which other nodes");
        assertThat(told.settings().tls().lm()).isFalse();
    }
}
