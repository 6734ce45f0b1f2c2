package dev.kvcachepool.cachenode.app;

import dev.kvcachepool.cachenode.access.Access;
import dev.kvcachepool.cachenode.access.AccessCounters;
import dev.kvcachepool.cachenode.access.UsersAccess;
import dev.kvcachepool.commandline.secret.WatchedFile;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import jakarta.inject.Singleton;
import java.util.function.ToDoubleFunction;

/** What Prometheus sees of who is let in. */
@Singleton
class AccessMetrics {
    private static final String RELOADS = "Changed files that were read, by what came of it";

    private final Meters meters;

    AccessMetrics(MeterRegistry registry) {
        this.meters = new Meters(registry);
    }

    /** Adds what was refused; where there are users, these too. */
    void observe(Access access) {
        var counters = access.counters();
        counter("logins.refused", "Logins with a wrong name or password", counters, AccessCounters::loginsRefused);
        counter("keys.refused", "Commands refused for a key of another user's", counters, AccessCounters::keysRefused);
        counter(
                "commands.refused",
                "Commands refused that are not for the user",
                counters,
                AccessCounters::commandsRefused);
        if (access instanceof UsersAccess users) {
            meters.gauge("kvcachepool.access.users", "Users", Tags.empty(), users, UsersAccess::users);
            users.files().forEach(this::observe);
        }
    }

    private void observe(WatchedFile<?> file) {
        var tags = Tags.of("file", file.flag().equals(UsersAccess.FLAG) ? "users" : "pool-password");
        var name = "kvcachepool.access.reloads";
        meters.counter(name, RELOADS, tags.and("outcome", "applied"), file, WatchedFile::applied);
        meters.counter(name, RELOADS, tags.and("outcome", "refused"), file, WatchedFile::refused);
    }

    private void counter(String name, String help, AccessCounters of, ToDoubleFunction<AccessCounters> value) {
        meters.counter("kvcachepool.access." + name, help, Tags.empty(), of, value);
    }
}
