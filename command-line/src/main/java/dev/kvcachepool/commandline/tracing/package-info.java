/** Traces by OpenTelemetry, set up by OpenTelemetry's own environment variables, and off without them. */
@NullMarked
package dev.kvcachepool.commandline.tracing;

import org.jspecify.annotations.NullMarked;
