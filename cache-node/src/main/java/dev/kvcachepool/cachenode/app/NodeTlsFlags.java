package dev.kvcachepool.cachenode.app;

import dev.kvcachepool.commandline.FlagTypes;
import dev.kvcachepool.commandline.tls.Tls;
import dev.kvcachepool.commandline.tls.TlsFlags;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** TLS at a node's ports, and towards other nodes. */
final class NodeTlsFlags {
    private static final String CLIENTS_FLAG = "--tls-client-certificates";
    private static final String LM_FLAG = "--lm-tls";

    @Mixin
    final TlsFlags files = new TlsFlags();

    @Option(
            names = CLIENTS_FLAG,
            paramLabel = "<whether>",
            converter = Whether.class,
            description = "whether clients must show a certificate: required or optional; default optional. Nodes must"
                    + " among themselves")
    Clients clients = Clients.OPTIONAL;

    @Option(
            names = LM_FLAG,
            arity = "1",
            paramLabel = "<true|false>",
            converter = FlagTypes.Truth.class,
            description = "whether lm:// is served over TLS too, where there is TLS; default true")
    boolean lm = true;

    /**
     * What the flags say.
     *
     * @param id of this node, as which the others of its pool must know it
     * @param meetsOthers whether there are any
     * @throws IllegalArgumentException with a line for the user
     */
    NodeTls settings(String pool, String id, boolean meetsOthers) {
        boolean required = clients == Clients.REQUIRED;
        var tls = files.tls(pool, meetsOthers ? id : null, required);
        if (tls == null && required) {
            throw new IllegalArgumentException(
                    "Invalid value for option '" + CLIENTS_FLAG + "': 'required' needs " + Tls.CERTIFICATE_FLAG);
        }
        return new NodeTls(tls, lm);
    }

    /** Whether clients must show a certificate. */
    enum Clients {
        OPTIONAL,
        REQUIRED
    }

    /** As the flag has it. */
    static final class Whether implements ITypeConverter<Clients> {
        @Override
        public Clients convert(String value) {
            return switch (value) {
                case "optional" -> Clients.OPTIONAL;
                case "required" -> Clients.REQUIRED;
                default -> throw FlagTypes.refuse(value, "required and optional");
            };
        }
    }
}
