package dev.kvcachepool.router.app;

import dev.kvcachepool.commandline.FlagTypes;
import dev.kvcachepool.commandline.secret.NodeLogin;
import dev.kvcachepool.commandline.secret.PoolPasswords;
import dev.kvcachepool.commandline.tls.Tls;
import dev.kvcachepool.commandline.tls.TlsFlags;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** The flags of how the router speaks to cache-nodes, which it does to pin what they hold: a picocli mixin. */
final class PinFlags {
    private static final Duration LEAST = Duration.ofMillis(100);
    private static final Duration MOST = Duration.ofSeconds(30);

    @Option(
            names = "--resp-password",
            paramLabel = "SECRET",
            description = "The password of the pool's cache-nodes, for pins. Better given as KVP_RESP_PASSWORD.")
    @Nullable
    String password;

    @Option(names = "--resp-password-file", paramLabel = "FILE", description = "The file that has it.")
    @Nullable
    Path passwordFile;

    @Option(
            names = PoolPasswords.FLAG,
            paramLabel = "FILE",
            description =
                    "For a pool with users: what its own programs show one another, 1 to 8 passwords, one a line; "
                            + "the first is shown first. Followed when it changes.")
    @Nullable
    Path poolPasswordFile;

    @Mixin
    final TlsFlags tls = new TlsFlags();

    @Option(
            names = "--pin-timeout",
            paramLabel = "TIME",
            defaultValue = "5s",
            converter = FlagTypes.Time.class,
            description = "How long cache-nodes may take to pin, warm or let go what they hold of a prefix, 100ms to "
                    + "30s; one that takes longer is reported. Default ${DEFAULT-VALUE}.")
    Duration timeout = Duration.ofSeconds(5);

    /**
     * What the flags come to.
     *
     * @param pool whose nodes they are
     * @param refuse makes the complaint
     */
    Config config(String pool, Function<String, ParameterException> refuse) {
        if (timeout.compareTo(LEAST) < 0 || timeout.compareTo(MOST) > 0) {
            throw refuse.apply("--pin-timeout is " + timeout.toMillis() + "ms; give 100ms to 30s");
        }
        try {
            return new Config(login(refuse), tls.tls(pool, null, false), timeout);
        } catch (IllegalArgumentException e) {
            throw refuse.apply(String.valueOf(e.getMessage()));
        }
    }

    private NodeLogin login(Function<String, ParameterException> refuse) {
        var secret = secret(refuse);
        if (poolPasswordFile == null) {
            return secret.isEmpty() ? NodeLogin.NONE : NodeLogin.password(secret);
        }
        if (!secret.isEmpty()) {
            throw refuse.apply(PoolPasswords.FLAG
                    + " is not allowed with --resp-password or --resp-password-file: a pool has users or one password");
        }
        return new PoolPasswords(poolPasswordFile);
    }

    private String secret(Function<String, ParameterException> refuse) {
        if (passwordFile == null) {
            return password == null ? "" : password;
        }
        try {
            return Files.readString(passwordFile).strip();
        } catch (IOException e) {
            throw refuse.apply("--resp-password-file is '" + passwordFile + "', which cannot be read");
        }
    }

    /**
     * How cache-nodes are spoken to.
     *
     * @param tls null without
     */
    record Config(NodeLogin login, @Nullable Tls tls, Duration timeout) {
        @Override
        public String toString() {
            return "Config[timeout=" + timeout + "]";
        }
    }
}
