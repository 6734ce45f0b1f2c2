package dev.kvcachepool.router.app;

import dev.kvcachepool.commandline.FlagTypes;
import dev.kvcachepool.prefixadvert.anyposition.FingerprintIndex;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;

/** The flag of reuse at any position: a picocli mixin. */
final class AnyPositionFlags {
    @Option(
            names = "--any-position-memory",
            paramLabel = "BYTES",
            defaultValue = "64Mi",
            converter = Memory.class,
            description =
                    "Memory beside the heap for the tokens of stored chunks, by which POST /v1/blend-lookup finds "
                            + "them anywhere in a prompt; taken as bridges tell them. 4Mi at least, or 0 for none. Default "
                            + "${DEFAULT-VALUE}.")
    long bytes;

    /** None, or enough. */
    static final class Memory implements ITypeConverter<Long> {
        private static final long MOST = 1L << 37;

        @Override
        public Long convert(String value) {
            long bytes = new FlagTypes.Bytes().convert(value);
            if (bytes != 0 && (bytes < FingerprintIndex.LEAST_BYTES || bytes > MOST)) {
                throw FlagTypes.refuse(value, "0, and 4Mi to 128Gi");
            }
            return bytes;
        }
    }
}
