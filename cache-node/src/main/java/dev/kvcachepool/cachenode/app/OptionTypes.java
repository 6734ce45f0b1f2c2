package dev.kvcachepool.cachenode.app;

import static dev.kvcachepool.commandline.FlagTypes.refuse;
import static dev.kvcachepool.commandline.FlagTypes.whole;

import dev.kvcachepool.bridges.vllm.EngineAddress;
import dev.kvcachepool.cachenode.tenant.TenantSettings;
import dev.kvcachepool.cachenode.tier.EvictionKind;
import dev.kvcachepool.cachenode.tier.Quotas;
import dev.kvcachepool.commandline.FlagTypes;
import dev.kvcachepool.prefixadvert.hash.HashScheme;
import dev.kvcachepool.prefixadvert.wire.ModelSpec;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** What may stand behind the flags that only a cache-node has. */
final class OptionTypes {
    private OptionTypes() {}

    static void requireBetween(String flag, long value, long least, long most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(
                    "Invalid value for option '%s': %d bytes are not allowed; allowed are %d to %d bytes"
                            .formatted(flag, value, least, most));
        }
    }

    /** Fields as {@code name=value}, parted by commas, each once and none empty. */
    private static Map<String, String> fields(String value, Set<String> known, String allowed) {
        var fields = new HashMap<String, String>();
        for (var field : value.split(",", -1)) {
            var parts = field.split("=", 2);
            if (parts.length < 2
                    || parts[1].isEmpty()
                    || !known.contains(parts[0])
                    || fields.put(parts[0], parts[1]) != null) {
                throw refuse(value, allowed);
            }
        }
        return fields;
    }

    /** Where a pool's values live. */
    static final class PlacementName implements ITypeConverter<PlacementKind> {
        @Override
        public PlacementKind convert(String value) {
            return switch (value) {
                case "Pooled" -> PlacementKind.POOLED;
                case "NodeLocal" -> PlacementKind.NODE_LOCAL;
                case "Sidecar" -> PlacementKind.SIDECAR;
                default -> throw refuse(value, "Pooled, NodeLocal and Sidecar");
            };
        }
    }

    /** What is evicted first. */
    static final class PolicyName implements ITypeConverter<EvictionKind> {
        @Override
        public EvictionKind convert(String value) {
            return Arrays.stream(EvictionKind.values())
                    .filter(kind -> kind.name().equals(value))
                    .findAny()
                    .orElseThrow(() -> refuse(value, EvictionKind.names()));
        }
    }

    /** Where an engine says what happens to its blocks. */
    static final class Engine implements ITypeConverter<EngineAddress> {
        @Override
        public EngineAddress convert(String value) {
            try {
                return EngineAddress.parse(value);
            } catch (IllegalArgumentException e) {
                throw refuse(value, EngineAddress.FORM);
            }
        }
    }

    /** A model's declaration. */
    static final class Model implements ITypeConverter<ModelFlag> {
        private static final String ALLOWED = "name=<model>,chunk-tokens=<1 to 65536>,scheme=<" + HashScheme.ids()
                + ">[,groups=<numbers joined by +>][,value-bytes=<100 to 1073741824>]";
        private static final Set<String> FIELDS = Set.of("name", "chunk-tokens", "scheme", "groups", "value-bytes");

        @Override
        public ModelFlag convert(String value) {
            var fields = fields(value, FIELDS, ALLOWED);
            var name = fields.getOrDefault("name", "");
            var scheme = fields.getOrDefault("scheme", "");
            if (name.isEmpty() || name.contains("@") || HashScheme.ofId(scheme).isEmpty()) {
                throw refuse(value, ALLOWED);
            }
            var spec = new ModelSpec(
                    name,
                    scheme,
                    number(value, fields.getOrDefault("chunk-tokens", ""), 1, 65_536),
                    groups(value, fields));
            var valueBytes = fields.get("value-bytes");
            return new ModelFlag(spec, valueBytes == null ? 0 : number(value, valueBytes, 100, 1 << 30));
        }

        private static int number(String value, String field, int least, int most) {
            try {
                return whole(field, least, most);
            } catch (TypeConversionException e) {
                throw refuse(value, ALLOWED);
            }
        }

        private static List<Integer> groups(String value, Map<String, String> fields) {
            try {
                return Arrays.stream(fields.getOrDefault("groups", "0").split("\\+", -1))
                        .map(group -> whole(group, 0, 1023))
                        .distinct()
                        .toList();
            } catch (TypeConversionException e) {
                throw refuse(value, ALLOWED);
            }
        }
    }

    /** A tenant and its quota. */
    static final class Tenant implements ITypeConverter<TenantSettings> {
        static final String FORM = "name=<name>,salts=<file>[,host=<size>][,disk=<size>][,gpu=<size>]";
        private static final Set<String> FIELDS = Set.of("name", "salts", "host", "disk", "gpu");
        private static final Pattern NAME = Pattern.compile("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");
        private static final long LEAST = 1L << 20;
        private static final long MOST = 1L << 50;
        private static final String ALLOWED =
                FORM + ": names of up to 63 small letters, digits and -, at least one size, of 1Mi to 1Pi";

        @Override
        public TenantSettings convert(String value) {
            var fields = fields(value, FIELDS, ALLOWED);
            var name = fields.getOrDefault("name", "");
            var salts = fields.get("salts");
            boolean sized = fields.containsKey("host") || fields.containsKey("disk") || fields.containsKey("gpu");
            if (!NAME.matcher(name).matches() || salts == null || !sized) {
                throw refuse(value, ALLOWED);
            }
            try {
                return new TenantSettings(
                        name,
                        Path.of(salts),
                        size(value, fields.get("host")),
                        size(value, fields.get("disk")),
                        size(value, fields.get("gpu")));
            } catch (InvalidPathException e) {
                throw refuse(value, ALLOWED);
            }
        }

        private static long size(String value, @Nullable String field) {
            if (field == null) {
                return Quotas.UNLIMITED;
            }
            try {
                long bytes = new FlagTypes.Bytes().convert(field);
                if (bytes >= LEAST && bytes <= MOST) {
                    return bytes;
                }
            } catch (TypeConversionException e) {
                // Said for the whole of the flag.
            }
            throw refuse(value, ALLOWED);
        }
    }
}
