package dev.kvcachepool.cachenode.net;

import dev.kvcachepool.commandline.certificate.Issued;
import dev.kvcachepool.commandline.tls.NodeNames;
import dev.kvcachepool.commandline.tls.Tls;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/** Certificates of one authority, made when a test runs. */
public final class TestTls {
    /** Of the nodes. */
    public static final String DOMAIN = "nodes.test";

    private static final Issued AUTHORITY = Issued.authority("authority", InstantSource.system());

    private TestTls() {}

    /** Of a program that has these names; its files are made in {@code folder}. */
    public static Tls of(Path folder, String... names) {
        var own = issue(names);
        try {
            Files.createDirectories(folder);
            return new Tls(
                    Files.writeString(folder.resolve("tls.crt"), own.certificatePem()),
                    Files.writeString(folder.resolve("tls.key"), own.keyPem()),
                    Files.writeString(folder.resolve("ca.crt"), AUTHORITY.certificatePem()),
                    new NodeNames(DOMAIN),
                    null,
                    false);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Issued issue(String... names) {
        return AUTHORITY.issue(List.of(names), Instant.now(), Instant.now().plus(Duration.ofDays(1)));
    }

    /** For clients of the JDK's TLS, which show a certificate of this name, or none. */
    public static SSLSocketFactory client(@Nullable String name) {
        try {
            var store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            store.setCertificateEntry("authority", AUTHORITY.certificate());
            var trust = TrustManagerFactory.getInstance("PKIX");
            trust.init(store);
            var keys = KeyManagerFactory.getInstance("PKIX");
            if (name != null) {
                var own = issue(name);
                store.setKeyEntry(
                        "own", own.key(), new char[0], new java.security.cert.Certificate[] {own.certificate()});
            }
            keys.init(store, new char[0]);
            var context = SSLContext.getInstance("TLS");
            context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
            return context.getSocketFactory();
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
