package dev.kvcachepool.prefixadvert.wire;

import dev.kvcachepool.prefixadvert.proto.MismatchKind;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/** Mismatches to and from Protobuf. Stateless. */
final class MismatchCodec {
    /** Those that nodes tell; {@link Mismatch.Kind#PROMPTS} is what routers find. */
    private static final Map<Mismatch.Kind, MismatchKind> WIRE = new EnumMap<>(Map.of(
            Mismatch.Kind.MODEL, MismatchKind.MISMATCH_KIND_MODEL,
            Mismatch.Kind.HASH, MismatchKind.MISMATCH_KIND_HASH,
            Mismatch.Kind.CHUNK_TOKENS, MismatchKind.MISMATCH_KIND_CHUNK_TOKENS,
            Mismatch.Kind.VALUE_BYTES, MismatchKind.MISMATCH_KIND_VALUE_BYTES));

    private MismatchCodec() {}

    static Optional<dev.kvcachepool.prefixadvert.proto.Mismatch> encode(Mismatch mismatch) {
        return Optional.ofNullable(WIRE.get(mismatch.kind()))
                .map(kind -> dev.kvcachepool.prefixadvert.proto.Mismatch.newBuilder()
                        .setKind(kind)
                        .setModel(mismatch.model())
                        .setDeclared(mismatch.declared())
                        .setFound(mismatch.found())
                        .setValues(mismatch.values())
                        .build());
    }

    /**
     * Empty for a kind that this version does not know.
     *
     * @throws IllegalArgumentException for a number of values that can't be
     */
    static Optional<Mismatch> decode(dev.kvcachepool.prefixadvert.proto.Mismatch value) {
        return WIRE.entrySet().stream()
                .filter(entry -> entry.getValue() == value.getKind())
                .findFirst()
                .map(entry -> mismatch(entry.getKey(), value));
    }

    private static Mismatch mismatch(Mismatch.Kind kind, dev.kvcachepool.prefixadvert.proto.Mismatch value) {
        NodeRowCodec.require("values", value.getValues(), 1, Long.MAX_VALUE);
        return new Mismatch(kind, value.getModel(), value.getDeclared(), value.getFound(), value.getValues());
    }
}
