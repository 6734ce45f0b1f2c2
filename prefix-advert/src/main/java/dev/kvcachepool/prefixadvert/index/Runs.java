package dev.kvcachepool.prefixadvert.index;

import java.util.ArrayDeque;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * The {@link Run}s of an index, by number. A block's note, which stands beside it in its {@link Segment}, names its run
 * and its place there; notes are not taken back when a run loses the block or ends, as whoever reads one asks the run. The
 * note of a block that is in no run has 0 there, which is no run's number, and the generation that it was written in.
 *
 * <p>One writer; any number of readers call {@link #at}.
 */
final class Runs {
    /** The note of what is not there. */
    static final long NO_NOTE = 0;

    private final Tally tally;
    private final Generations generations;
    private final ArrayDeque<Integer> free = new ArrayDeque<>();
    private volatile AtomicReferenceArray<Run> byId = new AtomicReferenceArray<>(64);
    private int next = 1;

    Runs(Tally tally, Generations generations) {
        this.tally = tally;
        this.generations = generations;
    }

    /** The note of a block that is written now. */
    long fresh() {
        return generations.now();
    }

    /** Generations since the block of a note was written, or its run asked for; the greatest where that is not known. */
    int age(long note) {
        int generation = place(note);
        if (note >>> Integer.SIZE != 0) {
            var run = byId.get((int) (note >>> Integer.SIZE));
            generation = run == null ? 0 : run.used();
        }
        return generations.now() - generation;
    }

    static int place(long note) {
        return (int) note;
    }

    /** The run that a note names if it has the block there, else null. */
    @Nullable
    Run at(long note, long mixed) {
        if (note >>> Integer.SIZE == 0) {
            return null;
        }
        var run = byId.get((int) (note >>> Integer.SIZE));
        return run != null && run.has(place(note), mixed) ? run : null;
    }

    /** The block at {@code position} is about to get other holders: its run loses it. */
    void leave(Segment segment, int position, long mixed) {
        var note = segment.note(position);
        var run = at(note, mixed);
        if (run != null) {
            run.cut(place(note));
            if (run.isEmpty()) {
                end(run);
            }
        }
    }

    /** Says that one block comes right after another in a chain; makes a run of them where they have the same holders. */
    void join(Place before, Place after) {
        if (!before.isHeld() || !before.sameHolders(after)) {
            return;
        }
        var runBefore = at(before.note(), before.mixed());
        if (at(after.note(), after.mixed()) != null) {
            return;
        }
        if (runBefore == null) {
            runBefore = begin(before);
        } else if (!runBefore.endsWith(place(before.note()))) {
            // Another chain went on from here; this one's begins with the next pair.
            return;
        }
        append(runBefore, after);
    }

    private Run begin(Place first) {
        Integer reused = free.pollFirst();
        int id = reused == null ? next++ : reused;
        var run = new Run(id, first.word(), first.holdings(), generations.now());
        room(id).setRelease(id, run);
        tally.addBytes(run.bytes());
        append(run, first);
        return run;
    }

    private void append(Run run, Place last) {
        long bytes = run.bytes();
        last.note((long) run.id() << 32 | run.append(last.mixed()));
        tally.addBytes(run.bytes() - bytes);
    }

    private void end(Run run) {
        byId.setRelease(run.id(), null);
        free.addLast(run.id());
        tally.addBytes(-run.bytes());
    }

    private AtomicReferenceArray<Run> room(int id) {
        var now = byId;
        if (id < now.length()) {
            return now;
        }
        var more = new AtomicReferenceArray<Run>(2 * now.length());
        for (int i = 0; i < now.length(); i++) {
            more.setPlain(i, now.getPlain(i));
        }
        byId = more;
        return more;
    }

    /**
     * Where a block stands. For the writer.
     *
     * @param mixed its hash
     */
    record Place(Segment segment, int position, long mixed) {
        long word() {
            return segment.word(position);
        }

        int[] holdings() {
            return segment.holdings(position);
        }

        long note() {
            return segment.note(position);
        }

        void note(long note) {
            segment.note(position, note);
        }

        boolean isHeld() {
            return HolderSets.isHeld(word());
        }

        boolean sameHolders(Place other) {
            return word() == other.word();
        }
    }
}
