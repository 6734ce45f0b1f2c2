package dev.kvcachepool.e2e;

import dev.kvcachepool.commandline.certificate.Issued;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManagerFactory;

/** A Secret of TLS as a kubelet mounts it, in whose certificates an authority that is made here vouches for the pool's names. */
public final class TlsSecret {
    private static final List<String> KEYS = List.of("tls.crt", "tls.key", "ca.crt");

    private final Path folder;
    private final String domain;
    private final Issued authority = Issued.authority("authority", InstantSource.system());
    private int generation;

    /** In a folder that is there and empty. */
    public TlsSecret(Path folder, String domain) {
        this.folder = folder;
        this.domain = domain;
        try {
            rotate();
            for (var key : KEYS) {
                Files.createSymbolicLink(folder.resolve(key), Path.of("..data", key));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Puts another certificate in the place of the one that is there. */
    public void rotate() throws IOException {
        var until = Instant.now().plus(Duration.ofDays(1L + generation));
        publish(authority.issue(List.of("*." + domain, "localhost"), Instant.now(), until));
    }

    /** Puts a certificate there that is no node's. */
    public void rotateToAStranger() throws IOException {
        publish(authority.issue(
                List.of("stranger"), Instant.now(), Instant.now().plus(Duration.ofDays(1))));
    }

    private void publish(Issued own) throws IOException {
        var next = Files.createDirectory(folder.resolve("..generation-" + generation++));
        Files.writeString(next.resolve("tls.crt"), own.certificatePem());
        Files.writeString(next.resolve("tls.key"), own.keyPem());
        Files.writeString(next.resolve("ca.crt"), authority.certificatePem());
        var link = Files.createSymbolicLink(folder.resolve("..data_tmp"), next.getFileName());
        Files.move(link, folder.resolve("..data"), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /** Of a cache-node or a router. */
    public List<String> flags() {
        return List.of(
                "--tls-certificate",
                folder.resolve("tls.crt").toString(),
                "--tls-key",
                folder.resolve("tls.key").toString(),
                "--tls-ca",
                folder.resolve("ca.crt").toString(),
                "--tls-node-domain",
                domain);
    }

    /** For clients that show no certificate. */
    SSLSocketFactory client() {
        return trusting(authority);
    }

    /** The same, of servers for which {@code authority} vouches. */
    public static SSLSocketFactory trusting(Issued authority) {
        try {
            var store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            store.setCertificateEntry("authority", authority.certificate());
            var trust = TrustManagerFactory.getInstance("PKIX");
            trust.init(store);
            var context = SSLContext.getInstance("TLS");
            context.init(null, trust.getTrustManagers(), null);
            return context.getSocketFactory();
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
