package dev.kvcachepool.kvp.adverts;

import dev.kvcachepool.commandline.AdvertFlags;
import dev.kvcachepool.commandline.FlagTypes;
import dev.kvcachepool.prefixadvert.kafka.AdvertLog;
import dev.kvcachepool.prefixadvert.kafka.KafkaClients;
import dev.kvcachepool.prefixadvert.wire.AdvertTopics;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** Which tables, and how what is read is written: a picocli mixin. */
final class Source {
    @Spec(Target.MIXEE)
    @Nullable
    CommandSpec command;

    @Option(
            names = "--kafka",
            required = true,
            paramLabel = "<host:port>",
            converter = FlagTypes.Brokers.class,
            description = "broker of the advert tables")
    String kafka = "";

    @Option(
            names = "--pool",
            paramLabel = "<name>",
            converter = FlagTypes.PoolName.class,
            description = "default: default")
    String pool = "default";

    @Option(
            names = {"-o", "--output"},
            paramLabel = "<form>",
            description = "text, the default, or json: one object a line")
    Form form = Form.text;

    @Mixin
    AdvertFlags adverts = new AdvertFlags();

    /** As it is given on the command line. */
    enum Form {
        text,
        json
    }

    AdvertTopics topics() {
        return adverts.topics(pool);
    }

    AdvertLog open() throws InterruptedException, ExecutionException, TimeoutException {
        try {
            return new AdvertLog(new KafkaClients(kafka, adverts.clientSettings()), topics());
        } catch (IllegalArgumentException e) {
            throw refuse(e.getMessage());
        }
    }

    Writer writer() {
        var out = spec().commandLine().getOut();
        return form == Form.json ? new JsonWriter(out) : new TextWriter(out);
    }

    private ParameterException refuse(@Nullable String message) {
        return new ParameterException(spec().commandLine(), message);
    }

    CommandSpec spec() {
        if (command == null) {
            throw new IllegalStateException("picocli tells each mixin whose it is");
        }
        return command;
    }
}
