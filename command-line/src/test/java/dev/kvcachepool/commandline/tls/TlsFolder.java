package dev.kvcachepool.commandline.tls;

import dev.kvcachepool.commandline.certificate.Issued;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;

/** Files as a Secret of TLS has them. */
record TlsFolder(Path path) {
    static final String DOMAIN = "nodes.pool.test";
    static final Issued AUTHORITY = Issued.authority("authority", InstantSource.system());

    /** With a certificate that an authority vouches for. */
    static TlsFolder of(Path path, Issued authority, String... names) {
        var folder = new TlsFolder(path);
        folder.put(
                authority,
                authority.issue(List.of(names), Instant.now(), Instant.now().plus(Duration.ofDays(1))));
        return folder;
    }

    void put(Issued authority, Issued own) {
        write("ca.crt", authority.certificatePem());
        write("tls.crt", own.certificatePem());
        write("tls.key", own.keyPem());
    }

    void write(String name, String content) {
        try {
            Files.createDirectories(path);
            Files.writeString(path.resolve(name), content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Tls tls() {
        return tls(false);
    }

    Tls tls(boolean clientsShow) {
        return new Tls(
                path.resolve("tls.crt"),
                path.resolve("tls.key"),
                path.resolve("ca.crt"),
                new NodeNames(DOMAIN),
                null,
                clientsShow);
    }
}
