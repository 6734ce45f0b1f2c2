package dev.kvcachepool.router.app;

import dev.kvcachepool.commandline.FlagTypes;
import dev.kvcachepool.router.endpoint.TenantLoads;
import dev.kvcachepool.router.request.CallerHeaders;
import java.time.Duration;
import java.util.Locale;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;

/** The flags of how requests of several tenants and sessions are told apart: a picocli mixin. */
final class FairnessFlags {
    @Option(
            names = "--tenant-header",
            paramLabel = "HEADER",
            defaultValue = "x-gateway-inference-fairness-id",
            converter = HeaderName.class,
            description = "The header that names a request's tenant, for sharing out a pool without room; set by your "
                    + "gateway. Without it the cache salt tells. Default ${DEFAULT-VALUE}.")
    String tenantHeader = CallerHeaders.DEFAULT.tenant();

    @Option(
            names = "--session-header",
            paramLabel = "HEADER",
            defaultValue = "x-session-id",
            converter = HeaderName.class,
            description = "The header that names a request's conversation: where a prompt cannot be looked up, the "
                    + "engine that had the conversation's last is taken to hold it. Default ${DEFAULT-VALUE}.")
    String sessionHeader = CallerHeaders.DEFAULT.session();

    @Option(
            names = "--fairness-queue",
            paramLabel = "TIME",
            defaultValue = "5s",
            converter = Queue.class,
            description = "Once every queue is as long as that, a tenant with more prefill work under way than an even "
                    + "share gets 429, while another has work under way; or off. Default ${DEFAULT-VALUE}.")
    Duration queue = Duration.ofSeconds(5);

    Config config() {
        return new Config(new CallerHeaders(tenantHeader, sessionHeader), queue);
    }

    /**
     * What the flags come to.
     *
     * @param queue the shortest one's length from which on tenants are refused
     */
    record Config(CallerHeaders headers, Duration queue) {}

    /** A time, or {@code off}. */
    static final class Queue implements ITypeConverter<Duration> {
        @Override
        public Duration convert(String value) {
            return value.equals("off") ? TenantLoads.UNLIMITED : new FlagTypes.Time().convert(value);
        }
    }

    static final class HeaderName implements ITypeConverter<String> {
        private static final Pattern NAME = Pattern.compile("[A-Za-z0-9!#$%&'*+.^_`|~-]{1,128}");

        @Override
        public String convert(String value) {
            if (!NAME.matcher(value).matches()) {
                throw FlagTypes.refuse(value, "the name of an HTTP header");
            }
            return value.toLowerCase(Locale.ROOT);
        }
    }
}
