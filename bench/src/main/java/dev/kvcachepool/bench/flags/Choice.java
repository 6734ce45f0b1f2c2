package dev.kvcachepool.bench.flags;

import dev.kvcachepool.bench.servers.CacheNode;
import dev.kvcachepool.bench.servers.Peers;
import dev.kvcachepool.bench.servers.Transport;
import dev.kvcachepool.commandline.FlagTypes;
import java.util.Arrays;
import java.util.List;
import picocli.CommandLine.ITypeConverter;

/** Names and counts; each says what it allows. */
public final class Choice {
    private Choice() {}

    /** A server by name. */
    public static final class Server implements ITypeConverter<String> {
        @Override
        public String convert(String value) {
            if (!Peers.names().contains(value)) {
                throw FlagTypes.refuse(value, String.join(", ", Peers.names()));
            }
            return value;
        }
    }

    /** A server that can be told a limit of memory. */
    public static final class LimitedServer implements ITypeConverter<String> {
        /** Ours first. */
        public static final List<String> NAMES = List.of(CacheNode.NAME, "redis", "memcached");

        @Override
        public String convert(String value) {
            if (!NAMES.contains(value)) {
                throw FlagTypes.refuse(value, String.join(", ", NAMES));
            }
            return value;
        }
    }

    /** A transport by name. */
    public static final class Way implements ITypeConverter<Transport> {
        @Override
        public Transport convert(String value) {
            return Arrays.stream(Transport.values())
                    .filter(transport -> transport.label().equals(value))
                    .findFirst()
                    .orElseThrow(() -> FlagTypes.refuse(value, "tcp, unix and shared"));
        }
    }

    /** Connections at once. */
    public static final class Connections implements ITypeConverter<Integer> {
        @Override
        public Integer convert(String value) {
            return FlagTypes.whole(value, 1, 256);
        }
    }

    /** Rounds. */
    public static final class Rounds implements ITypeConverter<Integer> {
        @Override
        public Integer convert(String value) {
            return FlagTypes.whole(value, 1, 100);
        }
    }

    /** Milliseconds that something is measured. */
    public static final class Millis implements ITypeConverter<Integer> {
        @Override
        public Integer convert(String value) {
            return FlagTypes.whole(value, 100, 60_000);
        }
    }
}
