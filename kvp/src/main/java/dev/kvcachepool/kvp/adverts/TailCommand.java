package dev.kvcachepool.kvp.adverts;

import dev.kvcachepool.commandline.FlagTypes;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code kvp adverts tail}. */
@Command(
        name = "tail",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Writes each advert as it comes, until it is interrupted.")
final class TailCommand implements Callable<Integer> {
    @Mixin
    Source source = new Source();

    @Option(names = "--from-start", description = "first all that the topics have already")
    boolean fromStart;

    @Option(
            names = "--most",
            paramLabel = "<count>",
            converter = FlagTypes.Count.class,
            description = "end after so many; default: never")
    int most;

    @Option(
            names = "--for",
            paramLabel = "<time>",
            converter = FlagTypes.Time.class,
            description = "end after so long, such as 10s; default: never")
    @Nullable
    Duration time;

    @Mixin
    Chosen chosen = new Chosen();

    @Override
    public Integer call() throws Exception {
        var written = new AtomicLong();
        long begin = System.nanoTime();
        try (var log = source.open()) {
            var lines = new Lines(source.writer(), chosen, () -> most == 0 || written.getAndIncrement() < most);
            if (fromStart) {
                log.read(source.topics().nodes(), lines::take);
                log.read(source.topics().blocks(), lines::take);
            }
            log.follow(lines::take, () -> {
                source.spec().commandLine().getOut().flush();
                boolean inTime = time == null || System.nanoTime() - begin < time.toNanos();
                return inTime && (most == 0 || written.get() < most);
            });
        }
        return 0;
    }
}
