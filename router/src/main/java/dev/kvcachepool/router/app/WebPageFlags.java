package dev.kvcachepool.router.app;

import picocli.CommandLine.Option;

/** The flag of the router's own web page: a picocli mixin. */
final class WebPageFlags {
    @Option(
            names = "--web-page",
            arity = "1",
            paramLabel = "true|false",
            defaultValue = "true",
            description = "Whether the HTTP port serves a page for people at /ui/, and /v1/overview, which it asks."
                    + " Default ${DEFAULT-VALUE}.")
    boolean served = true;
}
