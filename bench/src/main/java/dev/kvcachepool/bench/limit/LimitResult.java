package dev.kvcachepool.bench.limit;

import dev.kvcachepool.bench.figures.Median;
import dev.kvcachepool.bench.load.Tally;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/** All that came of one server. */
final class LimitResult {
    private final List<Round> rounds = new ArrayList<>();
    private final SequencedMap<Long, Double> usable = new LinkedHashMap<>();
    private final List<Tally> checks = new ArrayList<>();
    private long idleBytes;
    private long storedBytes;
    private long residentBytes;
    private PauseLog.@Nullable Pauses pauses;

    void round(Round round) {
        rounds.add(round);
        checks.add(round.gets());
    }

    /** Of the limit, with values of this size in bytes. */
    void usable(long size, Tally swept, long limit) {
        usable.put(size, swept.bytes() / (double) limit);
        checks.add(swept);
    }

    /** After it was overwritten; {@code idle}: what was resident before anything was stored. In bytes. */
    void memory(long idle, Tally swept, long resident) {
        idleBytes = idle;
        storedBytes = swept.bytes();
        residentBytes = resident;
        checks.add(swept);
    }

    void pauses(PauseLog.Pauses longest) {
        pauses = longest;
    }

    Tally puts() {
        return Tally.sum(rounds.stream().map(Round::puts).toList());
    }

    Tally gets() {
        return Tally.sum(rounds.stream().map(Round::gets).toList());
    }

    /** Of each round, milliseconds. */
    List<Double> putP99s() {
        return rounds.stream().map(round -> round.puts().millis(99)).toList();
    }

    /** The median, 10^9 bytes a second. */
    double rate() {
        return Median.of(rounds.stream().map(Round::gigabytesPerSecond).toList());
    }

    /** 0 to 1. */
    double hitRatio() {
        var gets = gets();
        return gets.count() / (double) (gets.count() + gets.missing());
    }

    /** 0 to 1 by value size in bytes. */
    SequencedMap<Long, Double> usable() {
        return usable;
    }

    /** Resident bytes for a byte that can be read. */
    double residentPerStored() {
        return residentBytes / (double) storedBytes;
    }

    /** The same without what was resident before anything was stored. */
    double grownPerStored() {
        return (residentBytes - idleBytes) / (double) storedBytes;
    }

    /** Of all values that were read in any part. */
    long wrongBytes() {
        return checks.stream().mapToLong(Tally::wrongBytes).sum();
    }

    /** None of a server that is no JVM of ours. */
    PauseLog.@Nullable Pauses pauses() {
        return pauses;
    }
}
