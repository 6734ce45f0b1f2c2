package dev.kvcachepool.bench.limit;

import dev.kvcachepool.bench.load.Content;
import dev.kvcachepool.bench.load.Tally;
import dev.kvcachepool.bench.servers.Peer;
import dev.kvcachepool.bench.servers.Room;
import dev.kvcachepool.bench.servers.RunningServer;
import dev.kvcachepool.bench.servers.Workplace;
import dev.kvcachepool.bench.system.LoadAverage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.stream.IntStream;

/**
 * First, for each server and value size, a fresh one is filled with half more than its limit, and all keys are read back: the
 * usable share. Then the servers run side by side, full from the start: rounds of puts of mixed sizes, twice the limit each,
 * with GETs among them. At last keys that come to the limit together are overwritten until four times the limit was written.
 */
final class LimitRun {
    private static final List<Long> SHARE_SIZES = List.of(256L << 10, 2L << 20, 8L << 20);

    /** Times the limit: filled before the rounds, put in one, overwritten at the end. */
    private static final int WARM_UP = 2;

    private static final int PRESSURE = 2;
    private static final int OVERWRITTEN = 4;

    /** Keys of the last part, away from those of the rounds. */
    private static final long OVERWRITTEN_KEYS = 1L << 30;

    private final LimitSettings settings;
    private final Content content;
    private final List<Subject> subjects;
    private final SequencedMap<String, LimitResult> results = new LinkedHashMap<>();
    private final List<LoadAverage> loads = new ArrayList<>();

    LimitRun(LimitSettings settings, Content content, List<Subject> subjects) {
        this.settings = settings;
        this.content = content;
        this.subjects = List.copyOf(subjects);
        subjects.forEach(subject -> results.put(subject.peer().name(), new LimitResult()));
    }

    void run() throws IOException, InterruptedException {
        for (var subject : subjects) {
            for (long size : SHARE_SIZES) {
                try (var workplace = new Workplace()) {
                    share(workplace, subject.peer(), size);
                }
            }
        }
        try (var workplace = new Workplace()) {
            pressure(workplace);
        }
    }

    private void share(Workplace workplace, Peer peer, long size) throws IOException, InterruptedException {
        System.err.printf("%s: usable share at %d KiB%n", peer.name(), size >> 10);
        try (var server = peer.start(workplace, Room.limited(settings.limit()))) {
            var sizes = IntStream.range(0, settings.connections())
                    .mapToObj(_ -> SizeMix.only(size))
                    .toList();
            var load = new Load(server, content, sizes, 0, Long.MAX_VALUE, 0);
            load.put(settings.limit() + settings.limit() / 2);
            result(peer).usable(size, load.sweep(), settings.limit());
        }
    }

    private void pressure(Workplace workplace) throws IOException, InterruptedException {
        var trials = new ArrayList<Trial>();
        for (var subject : subjects) {
            System.err.println("starting " + subject.peer().name() + ", filling it twice");
            var server = subject.peer().start(workplace, Room.limited(settings.limit()));
            long idle = server.tree().residentBytes();
            var load = new Load(server, content, chunks(), 0, Long.MAX_VALUE, settings.limit() + settings.limit() / 4);
            load.put(WARM_UP * settings.limit());
            trials.add(new Trial(subject, server, load, idle));
        }
        for (var trial : trials) {
            if (trial.subject.log() != null) {
                trial.subject.log().begin();
            }
        }
        for (int round = 1; round <= settings.rounds(); round++) {
            loads.add(LoadAverage.now());
            System.err.printf(
                    "round %d of %d, load %.2f%n",
                    round, settings.rounds(), loads.getLast().one());
            for (var trial : trials) {
                result(trial.subject.peer()).round(trial.load.put(PRESSURE * settings.limit()));
            }
        }
        for (var trial : trials) {
            overwrite(trial);
        }
    }

    private void overwrite(Trial trial) throws IOException, InterruptedException {
        System.err.println(trial.subject.peer().name() + ": overwriting four times");
        var load = new Load(trial.server, content, chunks(), OVERWRITTEN_KEYS, settings.limit(), 0);
        load.put((1 + OVERWRITTEN) * settings.limit());
        var swept = Tally.sum(List.of(load.sweep(), trial.load.sweep()));
        var result = result(trial.subject.peer());
        result.memory(trial.idle, swept, trial.server.tree().residentBytes());
        if (trial.subject.log() != null) {
            result.pauses(trial.subject.log().longest());
        }
    }

    private List<SizeMix> chunks() {
        return IntStream.range(0, settings.connections())
                .mapToObj(SizeMix::ofChunks)
                .toList();
    }

    private LimitResult result(Peer peer) {
        return results.computeIfAbsent(peer.name(), _ -> new LimitResult());
    }

    SequencedMap<String, LimitResult> results() {
        return results;
    }

    /** Before each round. */
    List<LoadAverage> loads() {
        return List.copyOf(loads);
    }

    /** {@code idle}: resident bytes before anything was stored. */
    private record Trial(Subject subject, RunningServer server, Load load, long idle) {}
}
