package dev.kvcachepool.prefixadvert.index;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * What the word beside a block in a {@link Segment} says of its holders. Up to two {@link Holding}s stand in the word itself;
 * more are a set, kept here once however many blocks have it, and named in the word by number. Blocks of the same holders have
 * the same word, so that comparing two takes no memory but theirs; blocks that are stored together mostly do.
 *
 * <p>The word: bit 62 says that the position is taken. With bit 63 the lower 32 bits are the set's number and bits 32–61 count
 * how often the number was given before; otherwise bits 0–30 and 31–61 are a holding each or none, in ascending order.
 *
 * <p>A set is never changed. It is counted by the positions that name it, and goes with the last one. A reader that read a word
 * just before can then find nothing under its number, or another set: the set carries its word, so that a reader knows. It
 * goes and looks at the block anew.
 *
 * <p>One writer; any number of readers call {@link #list} and the static functions.
 */
final class HolderSets {
    /** A taken position without holders. */
    static final long NOBODY = 1L << 62;

    private static final long SET = 1L << 63;
    private static final long HOLDING = (1L << Holding.BITS) - 1;
    private static final int TIMES = (1 << 30) - 1;
    private static final int FIRST_CAPACITY = 64;
    private static final int[] NO_LIST = {};
    /** Of a set's object, its list's head, and its references here. */
    private static final long SET_BYTES = 48 + 16 + 12;

    private final Tally tally;
    private final ArrayDeque<Long> free = new ArrayDeque<>();
    private volatile AtomicReferenceArray<HolderSet> byNumber = new AtomicReferenceArray<>(FIRST_CAPACITY);
    private @Nullable HolderSet[] buckets = new HolderSet[FIRST_CAPACITY];
    private int next;
    private int count;

    HolderSets(Tally tally) {
        this.tally = tally;
    }

    private static final class HolderSet {
        private final long word;
        private final long hash;
        private final int[] holdings;
        private int positions;
        private @Nullable HolderSet nextInBucket;

        private HolderSet(long word, long hash, int[] holdings) {
            this.word = word;
            this.hash = hash;
            this.holdings = holdings;
        }
    }

    static boolean isSet(long word) {
        return word < 0;
    }

    static boolean isHeld(long word) {
        return (word & ~NOBODY) != 0;
    }

    static int first(long word) {
        return (int) (word & HOLDING);
    }

    static int second(long word) {
        return (int) (word >>> Holding.BITS & HOLDING);
    }

    private static long inline(int first, int second) {
        return NOBODY | (long) second << Holding.BITS | first;
    }

    /** The holdings of a word that {@link #isSet}, not modified by anyone; null where no position has the word any more. */
    int @Nullable [] list(long word) {
        var set = byNumber.getAcquire((int) word);
        return set != null && set.word == word ? set.holdings : null;
    }

    /** What stands at a position now, whatever its kind. Writer only. */
    int[] holdings(long word) {
        if (isSet(word)) {
            return set(word).holdings;
        }
        if (first(word) == Holding.NONE) {
            return NO_LIST;
        }
        return second(word) == Holding.NONE ? new int[] {first(word)} : new int[] {first(word), second(word)};
    }

    /** What the holder {@code id} has at a position, or {@link Holding#NONE}. Writer only. */
    int holding(long word, int id) {
        if (isSet(word)) {
            var list = set(word).holdings;
            int place = HoldingList.indexOf(list, id);
            return place < 0 ? Holding.NONE : list[place];
        }
        if (is(first(word), id)) {
            return first(word);
        }
        return is(second(word), id) ? second(word) : Holding.NONE;
    }

    /** The word with {@code holding} too, in the place of the same holder's where there is one. Counts one position more for it. */
    long with(long word, int holding) {
        if (isSet(word)) {
            return with(set(word), holding);
        }
        int id = Holding.id(holding);
        int first = first(word);
        int second = second(word);
        if (is(first, id) || first == Holding.NONE) {
            return inline(holding, second);
        }
        if (is(second, id)) {
            return inline(first, holding);
        }
        if (second == Holding.NONE) {
            return inline(Math.min(first, holding), Math.max(first, holding));
        }
        int[] list = {first, second};
        return counted(hash(list) + hash(holding), list, holding);
    }

    private long with(HolderSet set, int holding) {
        int place = HoldingList.indexOf(set.holdings, Holding.id(holding));
        long without = place < 0 ? set.hash : set.hash - hash(set.holdings[place]);
        return counted(without + hash(holding), set.holdings, holding);
    }

    /** The word without what the holder {@code id} has. Counts one position more for it. */
    long without(long word, int id) {
        if (isSet(word)) {
            return counted(HoldingList.without(set(word).holdings, other -> other == id));
        }
        if (is(first(word), id)) {
            return inline(second(word), Holding.NONE);
        }
        return is(second(word), id) ? inline(first(word), Holding.NONE) : word;
    }

    /** Whether any holder is alive. Writer only. */
    boolean isLive(long word, HolderIds ids) {
        return Arrays.stream(holdings(word)).anyMatch(holding -> !ids.isDead(Holding.id(holding)));
    }

    /** The word without what dead holders have, itself where there is none. Counts one position more for another word. */
    long live(long word, HolderIds ids) {
        var before = holdings(word);
        var after = HoldingList.without(before, ids::isDead);
        return after.length == before.length ? word : counted(after);
    }

    /** A position has another word now, or is gone. */
    void release(long word) {
        if (isSet(word)) {
            var set = set(word);
            if (--set.positions == 0) {
                remove(set);
            }
        }
    }

    private long counted(int[] holdings) {
        return switch (holdings.length) {
            case 0 -> NOBODY;
            case 1 -> inline(holdings[0], Holding.NONE);
            case 2 -> inline(holdings[0], holdings[1]);
            default -> counted(hash(holdings), holdings, holdings[0]);
        };
    }

    /** The set of {@code list} with {@code holding}, whose hash is known. */
    private long counted(long hash, int[] list, int holding) {
        var set = buckets[bucket(hash)];
        while (set != null && !(set.hash == hash && HoldingList.isWith(set.holdings, list, holding))) {
            set = set.nextInBucket;
        }
        if (set == null) {
            set = add(hash, HoldingList.with(list, holding));
        }
        set.positions++;
        return set.word;
    }

    private HolderSet add(long hash, int[] holdings) {
        Long before = free.pollFirst();
        long name = before == null ? next++ : before;
        var set = new HolderSet(SET | NOBODY | name, hash, holdings);
        if (++count > buckets.length) {
            growBuckets();
        }
        int bucket = bucket(hash);
        set.nextInBucket = buckets[bucket];
        buckets[bucket] = set;
        room((int) name).setRelease((int) name, set);
        tally.addBytes(bytes(set));
        return set;
    }

    private void remove(HolderSet set) {
        int bucket = bucket(set.hash);
        var before = buckets[bucket];
        if (before == set) {
            buckets[bucket] = set.nextInBucket;
        } else {
            while (before != null && before.nextInBucket != set) {
                before = before.nextInBucket;
            }
            if (before != null) {
                before.nextInBucket = set.nextInBucket;
            }
        }
        count--;
        byNumber.setRelease((int) set.word, null);
        long times = (set.word >>> Integer.SIZE) + 1 & TIMES;
        free.addLast(times << Integer.SIZE | (int) set.word);
        tally.addBytes(-bytes(set));
    }

    private HolderSet set(long word) {
        var set = byNumber.getPlain((int) word);
        if (set == null || set.word != word) {
            throw new IllegalStateException("a position names a set of holders that is gone");
        }
        return set;
    }

    private void growBuckets() {
        var before = buckets;
        buckets = new HolderSet[2 * before.length];
        for (var first : before) {
            for (var set = first; set != null; ) {
                var after = set.nextInBucket;
                int bucket = bucket(set.hash);
                set.nextInBucket = buckets[bucket];
                buckets[bucket] = set;
                set = after;
            }
        }
    }

    private AtomicReferenceArray<HolderSet> room(int number) {
        var now = byNumber;
        if (number < now.length()) {
            return now;
        }
        var more = new AtomicReferenceArray<HolderSet>(2 * now.length());
        for (int i = 0; i < now.length(); i++) {
            more.setPlain(i, now.getPlain(i));
        }
        byNumber = more;
        return more;
    }

    private int bucket(long hash) {
        return (int) (hash >>> 32) & buckets.length - 1;
    }

    /** The same in any order, so that it follows from that of a set with one holding less. */
    private static long hash(int[] holdings) {
        long sum = 0;
        for (int holding : holdings) {
            sum += hash(holding);
        }
        return sum;
    }

    private static long hash(int holding) {
        long z = holding * 0x9E3779B97F4A7C15L;
        return (z ^ z >>> 32) * 0x9FB21C651E98DF25L;
    }

    private static boolean is(int holding, int id) {
        return holding != Holding.NONE && Holding.id(holding) == id;
    }

    private static long bytes(HolderSet set) {
        return SET_BYTES + (set.holdings.length + 1 & ~1) * 4L;
    }
}
