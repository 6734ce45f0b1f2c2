package dev.kvcachepool.router.app;

import dev.kvcachepool.commandline.FlagTypes;
import dev.kvcachepool.router.endpoint.EndpointSpec;
import dev.kvcachepool.router.extproc.TlsFiles;
import dev.kvcachepool.router.extproc.Transport;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** The flags of the endpoint picker that gateways call: a picocli mixin. */
final class PickerFlags {
    private static final Pattern ADDRESS = Pattern.compile("[0-9]{1,3}(\\.[0-9]{1,3}){3}|\\[[0-9a-fA-F:.]+]");

    @Option(
            names = "--ext-proc-port",
            paramLabel = "PORT",
            converter = FlagTypes.Port.class,
            description =
                    "Port of the endpoint picker that gateways call (Envoy's ext_proc over gRPC, and gRPC health); 0 "
                            + "for any free one. Gateways' manifests mostly name 9002. Default: no picker.")
    @Nullable
    Integer port;

    @Option(
            names = "--ext-proc-tls-cert",
            paramLabel = "FILE",
            description = "Certificate that gateways are shown, PEM; read anew once it changes. Default: no TLS.")
    @Nullable
    Path certificate;

    @Option(names = "--ext-proc-tls-key", paramLabel = "FILE", description = "Its private key, PKCS#8 in PEM.")
    @Nullable
    Path key;

    @Option(
            names = "--ext-proc-self-signed",
            arity = "1",
            paramLabel = "true|false",
            defaultValue = "false",
            converter = FlagTypes.Truth.class,
            description =
                    "TLS with a certificate made at the start, which gateways take without a look as is the custom "
                            + "with pickers. Default ${DEFAULT-VALUE}.")
    boolean selfSigned;

    @Option(
            names = "--ext-proc-max-streams",
            paramLabel = "COUNT",
            defaultValue = "16384",
            converter = FlagTypes.Count.class,
            description = "Most requests of gateways at a time, from their first byte to their answer's last; further "
                    + "ones get 429. Default ${DEFAULT-VALUE}.")
    int maxStreams;

    @Option(
            names = "--ext-proc-fallbacks",
            paramLabel = "COUNT",
            defaultValue = "0",
            converter = Fallbacks.class,
            description = "Endpoints named to a gateway after the best one, 0 to 7: for gateways that retry along the "
                    + "list; an ORIGINAL_DST cluster takes one only. Default ${DEFAULT-VALUE}.")
    int fallbacks;

    @Option(
            names = "--ext-proc-conformance",
            arity = "1",
            paramLabel = "true|false",
            defaultValue = "false",
            converter = FlagTypes.Truth.class,
            description = "Heeds the headers of the inference extension's conformance suite, by which clients choose "
                    + "their engine: for tests. Default ${DEFAULT-VALUE}.")
    boolean conformance;

    /**
     * What the flags come to; null without a port.
     *
     * @param refuse makes the complaint
     */
    @Nullable
    PickerConfig config(List<EndpointSpec> endpoints, Function<String, ParameterException> refuse) {
        var transport = transport(refuse);
        if (port == null) {
            return null;
        }
        for (var endpoint : endpoints) {
            if (!ADDRESS.matcher(endpoint.host()).matches()) {
                throw refuse.apply("--endpoint " + endpoint.name() + " is at '" + endpoint.host()
                        + "'; with --ext-proc-port give IP addresses, by which gateways know engines");
            }
        }
        return new PickerConfig(port, transport, maxStreams, 1 + fallbacks, conformance);
    }

    private Transport transport(Function<String, ParameterException> refuse) {
        if (certificate == null && key == null) {
            return selfSigned ? new Transport.SelfSigned() : new Transport.Plain();
        }
        if (certificate == null || key == null) {
            throw refuse.apply("--ext-proc-tls-" + (key == null ? "key" : "cert")
                    + " is missing; give both --ext-proc-tls-cert and --ext-proc-tls-key");
        }
        if (selfSigned) {
            throw refuse.apply("--ext-proc-self-signed is true beside --ext-proc-tls-cert; give one of the two");
        }
        requireReadable("--ext-proc-tls-cert", certificate, refuse);
        requireReadable("--ext-proc-tls-key", key, refuse);
        return new Transport.Files(new TlsFiles(certificate, key));
    }

    private static void requireReadable(String flag, Path file, Function<String, ParameterException> refuse) {
        if (!Files.isReadable(file) || Files.isDirectory(file)) {
            throw refuse.apply(flag + " is '" + file + "'; give a PEM file that can be read");
        }
    }

    /** How many endpoints are named beside the best. */
    static final class Fallbacks implements ITypeConverter<Integer> {
        @Override
        public Integer convert(String value) {
            return FlagTypes.whole(value, 0, 7);
        }
    }
}
