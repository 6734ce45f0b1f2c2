package dev.kvcachepool.commandline;

import dev.kvcachepool.prefixadvert.kafka.KafkaSecurity;
import dev.kvcachepool.prefixadvert.kafka.KafkaSecurity.Login;
import dev.kvcachepool.prefixadvert.kafka.KafkaSecurity.Mechanism;
import dev.kvcachepool.prefixadvert.wire.AdvertTopics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;

/** The flags that lead to the advert topics, for any program: a picocli mixin. {@code --kafka} is the program's own. */
public final class AdvertFlags {
    @Option(
            names = "--nodes-topic",
            paramLabel = "<topic>",
            converter = FlagTypes.TopicName.class,
            description = "default: by the pool's name")
    @Nullable
    String nodesTopic;

    @Option(
            names = "--blocks-topic",
            paramLabel = "<topic>",
            converter = FlagTypes.TopicName.class,
            description = "default: by the pool's name")
    @Nullable
    String blocksTopic;

    @Option(
            names = "--advert-partitions",
            paramLabel = "<count>",
            converter = FlagTypes.Count.class,
            description = "of topics that nobody has made yet; default 4")
    int partitions = 4;

    @Option(
            names = "--advert-replication",
            paramLabel = "<count>",
            converter = Replication.class,
            description = "of topics that nobody has made yet; -1, the default, for the cluster's own")
    short replication = -1;

    @Option(
            names = "--kafka-tls",
            arity = "1",
            paramLabel = "<true|false>",
            converter = FlagTypes.Truth.class,
            description = "default false")
    boolean tls;

    @Option(
            names = "--kafka-ca-file",
            paramLabel = "<file>",
            description = "PEM, who may sign the brokers' certificates; default: the system's authorities")
    @Nullable
    Path caFile;

    @Option(
            names = "--kafka-sasl-mechanism",
            paramLabel = "<name>",
            converter = MechanismName.class,
            description = "PLAIN, SCRAM-SHA-256 or SCRAM-SHA-512; default: no login")
    @Nullable
    Mechanism mechanism;

    @Option(names = "--kafka-username", paramLabel = "<name>")
    @Nullable
    String user;

    @Option(names = "--kafka-password", paramLabel = "<secret>", description = "better given as KVP_KAFKA_PASSWORD")
    @Nullable
    String password;

    @Option(names = "--kafka-password-file", paramLabel = "<file>")
    @Nullable
    Path passwordFile;

    static final class Replication implements ITypeConverter<Short> {
        @Override
        public Short convert(String value) {
            if (value.equals("-1")) {
                return -1;
            }
            try {
                return (short) FlagTypes.whole(value, 1, 32);
            } catch (picocli.CommandLine.TypeConversionException e) {
                throw FlagTypes.refuse(value, "-1 for the cluster's default, and 1 to 32");
            }
        }
    }

    static final class MechanismName implements ITypeConverter<Mechanism> {
        @Override
        public Mechanism convert(String value) {
            return Arrays.stream(Mechanism.values())
                    .filter(mechanism -> mechanism.id().equals(value))
                    .findFirst()
                    .orElseThrow(() -> FlagTypes.refuse(value, "PLAIN, SCRAM-SHA-256 and SCRAM-SHA-512"));
        }
    }

    /** The topics as given, or as the pool's name has it. */
    public AdvertTopics topics(String pool) {
        var defaults = AdvertTopics.ofPool(pool);
        return new AdvertTopics(
                nodesTopic == null ? defaults.nodes() : nodesTopic,
                blocksTopic == null ? defaults.blocks() : blocksTopic);
    }

    /** Of topics that nobody has made yet. */
    public int partitions() {
        return partitions;
    }

    /** Of topics that nobody has made yet; −1 for the cluster's default. */
    public short replication() {
        return replication;
    }

    /**
     * How to reach the brokers.
     *
     * @throws IllegalArgumentException with a line for the user
     */
    public KafkaSecurity security() {
        if (caFile != null && !tls) {
            throw bad("--kafka-ca-file", "'" + caFile + "' is for TLS; allowed is it with --kafka-tls true");
        }
        if (caFile != null && !Files.isReadable(caFile)) {
            throw bad("--kafka-ca-file", "'" + caFile + "' cannot be read; allowed is a PEM file");
        }
        return new KafkaSecurity(tls, caFile, login());
    }

    /**
     * The settings of Kafka's clients that {@link #security} comes to; with secrets.
     *
     * @throws IllegalArgumentException with a line for the user
     */
    public Map<String, String> clientSettings() {
        return security().settings();
    }

    private @Nullable Login login() {
        var secret = secret();
        if (mechanism == null) {
            if (user != null) {
                throw bad("--kafka-username", "'" + user + "' needs --kafka-sasl-mechanism");
            }
            return null;
        }
        if (user == null || user.isEmpty() || secret == null || secret.isEmpty()) {
            throw bad(
                    "--kafka-sasl-mechanism",
                    "'" + mechanism.id() + "' needs --kafka-username and KVP_KAFKA_PASSWORD or --kafka-password-file");
        }
        return new Login(mechanism, user, secret);
    }

    private @Nullable String secret() {
        if (passwordFile == null) {
            return password;
        }
        try {
            return Files.readString(passwordFile).strip();
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    "Invalid value for option '--kafka-password-file': '" + passwordFile + "' cannot be read", e);
        }
    }

    private static IllegalArgumentException bad(String flag, String what) {
        return new IllegalArgumentException("Invalid value for option '" + flag + "': " + what);
    }
}
