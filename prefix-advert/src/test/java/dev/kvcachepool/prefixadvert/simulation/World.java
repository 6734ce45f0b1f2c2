package dev.kvcachepool.prefixadvert.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvcachepool.prefixadvert.kafka.SimulatedReader;
import dev.kvcachepool.prefixadvert.kafka.SimulatedSweeper;
import dev.kvcachepool.prefixadvert.table.AdvertTable;
import dev.kvcachepool.prefixadvert.wire.AdvertTopics;
import dev.kvcachepool.prefixadvert.wire.HolderId;
import dev.kvcachepool.prefixadvert.wire.Tier;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Holders, a broker and readers in one thread and one made-up time, with all that can go wrong drawn from one seed: the same
 * seed gives the same story.
 */
final class World {
    private static final AdvertTopics TOPICS = AdvertTopics.ofPool("p");
    private static final int STEPS = 400;
    private static final int SETTLING_ROUNDS = 180;
    private static final Duration SETTLING_ROUND = Duration.ofMillis(500);
    private static final int DEEPEST = 2;

    private final Random random;
    private final SimulatedTime time = new SimulatedTime();
    private final SimulatedBroker broker;
    private final List<SimulatedHolder> holders = new ArrayList<>();
    private final List<SimulatedReader> readers;
    private final List<SimulatedSweeper> sweepers;
    private final List<Boolean> readerPaused = new ArrayList<>(List.of(false, false));
    private final int partitions;
    private final List<Fault> kinds;
    private final List<String> story = new ArrayList<>();
    private final List<String> faultsDone = new ArrayList<>();
    private int started;
    private int depth;
    private boolean faults = true;

    World(long seed) throws InterruptedException {
        random = new Random(seed);
        broker = new SimulatedBroker(random, time, this::meanwhile);
        partitions = 1 + random.nextInt(3);
        kinds = Fault.some(random);
        broker.ensure(TOPICS, partitions);
        readers = List.of(new SimulatedReader(broker), new SimulatedReader(broker));
        sweepers = List.of(new SimulatedSweeper(broker, TOPICS), new SimulatedSweeper(broker, TOPICS));
        Stream.of("ann", "bob", "cay").forEach(name -> start(new HolderId(name), new SimulatedStore()));
    }

    private SimulatedHolder start(HolderId name, SimulatedStore store) {
        // Where topics grow, a late row in a partition that nobody watches must not be of a clock that was ahead.
        var skew = kinds.contains(Fault.GROWN)
                ? Duration.ofNanos(1_000L * started++)
                : Duration.ofSeconds(random.nextInt(7_200) - 3_600);
        var holder = new SimulatedHolder(name, store, broker, TOPICS, partitions, skew, this::tell);
        holders.add(holder);
        return holder;
    }

    /** Faults, as many as the seed has; then peace, until all has settled. */
    void run() throws InterruptedException {
        for (int step = 0; step < STEPS; step++) {
            step();
        }
        settle();
    }

    private void step() throws InterruptedException {
        time.pass(Duration.ofMillis(random.nextInt(60)));
        int what = random.nextInt(100);
        if (what < 30) {
            any(holders).store.change(random);
        } else if (what < 60) {
            act(any(holders));
        } else if (what < 75) {
            broker.work(true);
        } else if (what < 88) {
            read(random.nextInt(readers.size()));
        } else if (depth == 0) {
            fault();
        }
    }

    /** Others go on while one waits; not without end. */
    private void meanwhile() {
        if (depth >= DEEPEST || !faults) {
            if (!faults) {
                broker.work(false);
            }
            return;
        }
        depth++;
        try {
            for (int more = random.nextInt(4); more > 0; more--) {
                step();
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        } finally {
            depth--;
        }
        // Whoever waits for the broker waits until it is back.
        if (!broker.isUp() && random.nextInt(10) == 0) {
            broker.up(true);
        }
    }

    private void act(SimulatedHolder holder) throws InterruptedException {
        if (holder.paused || holder.busy) {
            return;
        }
        holder.busy = true;
        try {
            holder.step();
        } finally {
            holder.busy = false;
        }
    }

    private int readersBusy;

    private void read(int which) throws InterruptedException {
        if (readerPaused.get(which) || readersBusy > 0) {
            return;
        }
        readersBusy++;
        try {
            readers.get(which).step();
        } finally {
            readersBusy--;
        }
    }

    private void fault() throws InterruptedException {
        var fault = Fault.any(kinds, random);
        tell(fault.toString());
        faultsDone.add(story.getLast());
        switch (fault) {
            case BROKER_AWAY -> broker.up(false);
            case BROKER_BACK -> broker.up(true);
            case ANOTHER_LEADER -> broker.elect(0);
            case COMMITTED_LOST -> broker.elect(1 + random.nextInt(6));
            case COMPACTED -> broker.compact();
            case EMPTIED -> broker.empty();
            case MADE_ANEW -> {
                broker.delete(TOPICS.blocks());
                if (random.nextBoolean()) {
                    broker.delete(TOPICS.nodes());
                }
                if (random.nextBoolean()) {
                    broker.ensure(TOPICS, partitions);
                }
            }
            case GROWN -> broker.grow();
            case KILLED -> replace(any(holders));
            case ZOMBIE -> {
                var sleeper = any(holders);
                tell(sleeper.name + " sleeps as " + sleeper.incarnation());
                sleeper.paused = true;
                start(sleeper.name, sleeper.store.afterRestart());
            }
            case AWAKE -> holders.forEach(holder -> holder.paused = false);
            case READER_PAUSED -> readerPaused.set(random.nextInt(readers.size()), true);
            case READERS_AWAKE -> readerPaused.replaceAll(paused -> false);
            case READER_RESTARTED -> readers.get(random.nextInt(readers.size())).restart();
            case TIME_PASSES -> time.pass(Duration.ofSeconds(1 + random.nextInt(20)));
            case DECLARED_GONE ->
                any(readers).table().ifPresent(table -> any(sweepers).declareGone(table));
            case SWEPT -> {
                var _ = any(sweepers).sweep();
            }
            case TOMBSTONES_DROPPED -> {
                broker.compactAll();
                time.pass(SimulatedBroker.RETENTION);
                broker.compactAll();
            }
        }
    }

    private void tell(String what) {
        story.add(time.now() + " " + what);
    }

    private void replace(SimulatedHolder victim) {
        tell("the end of " + victim.name + " " + victim.incarnation());
        victim.end();
        holders.remove(victim);
        if (holders.stream().noneMatch(other -> other.name.equals(victim.name) && !other.isFenced())) {
            start(victim.name, victim.store.afterRestart());
        }
    }

    private <T> T any(List<T> some) {
        return some.get(random.nextInt(some.size()));
    }

    private void settle() throws InterruptedException {
        faults = false;
        broker.up(true);
        holders.forEach(holder -> holder.paused = false);
        readerPaused.replaceAll(paused -> false);
        for (int round = 0; round < SETTLING_ROUNDS; round++) {
            time.pass(SETTLING_ROUND);
            restartMissing();
            for (var holder : holders) {
                act(holder);
            }
            broker.work(false);
            for (int which = 0; which < readers.size(); which++) {
                read(which);
            }
        }
        assertThat(sweepers.getFirst().sweep()).as("a sweep in peace: %s", this).isEmpty();
        broker.work(false);
        readers.getFirst().step();
    }

    /** Where the last process that might speak has been killed, or gave way to one that was, another is started. */
    private void restartMissing() {
        for (var holder : List.copyOf(holders)) {
            if (holders.stream().noneMatch(other -> other.name.equals(holder.name) && !other.isFenced())) {
                start(holder.name, holder.store.afterRestart());
            }
        }
    }

    /** Every reader's table is what the processes that may speak hold, and nothing else. */
    void check() {
        var alive = holders.stream().filter(holder -> !holder.isFenced()).toList();
        assertThat(alive)
                .as("one process a name that may speak: %s", this)
                .extracting(holder -> holder.name.value())
                .as(
                        "incarnations %s",
                        alive.stream()
                                .map(holder -> holder.name + "=" + holder.incarnation())
                                .toList())
                .containsExactlyInAnyOrder("ann", "bob", "cay");
        // Where topics have grown, which they are not to, one key may lie in two partitions, and a sweep knows it in
        // one.
        if (!kinds.contains(Fault.GROWN)) {
            checkSwept(alive);
        }
        for (var reader : readers) {
            assertThat(reader.table()).as("a table is shown: %s", this).isPresent();
            alive.forEach(holder -> check(holder, reader.table().orElseThrow()));
            assertThat(reader.table().orElseThrow().index().pairs())
                    .as("pairs in the index: %s", this)
                    .isEqualTo(alive.stream()
                            .mapToLong(holder -> holder.store.held().size())
                            .sum());
        }
    }

    /** After a sweep nobody's rows are left but those of whoever may speak. */
    private void checkSwept(List<SimulatedHolder> alive) {
        var blocks = broker.topics().get(TOPICS.blocks());
        assertThat(blocks).as("the blocks topic: %s", this).isNotNull();
        var incarnations =
                alive.stream().collect(Collectors.toMap(holder -> holder.name.hash(), SimulatedHolder::incarnation));
        for (var log : blocks.logs()) {
            assertThat(log.rows())
                    .as("rows of %s: %s", log.name, this)
                    .allMatch(row -> Objects.equals(incarnations.get(row.holder()), row.incarnation()));
        }
    }

    private void check(SimulatedHolder holder, AdvertTable table) {
        var view = table.holder(holder.name);
        assertThat(view).as("%s is listed: %s", holder.name, this).isPresent();
        assertThat(view.orElseThrow().node().incarnation())
                .as("%s's incarnation: %s", holder.name, this)
                .isEqualTo(holder.incarnation());
        assertThat(held(table, view.orElseThrow().slot()))
                .as("what %s holds: %s", holder.name, this)
                .isEqualTo(holder.store.held());
    }

    private static Map<Integer, Tier> held(AdvertTable table, int slot) {
        var held = new TreeMap<Integer, Tier>();
        var all = table.index().holders(SimulatedStore.BLOCKS, new int[] {slot});
        for (int number = 0; number < all.size(); number++) {
            for (var holding : all.get(number)) {
                held.put(number, holding.tier());
            }
        }
        return held;
    }

    /** All that happened, in order. */
    List<String> story() {
        return story;
    }

    @Override
    public String toString() {
        return "after " + String.join(", ", faultsDone.subList(Math.max(0, faultsDone.size() - 12), faultsDone.size()));
    }
}
