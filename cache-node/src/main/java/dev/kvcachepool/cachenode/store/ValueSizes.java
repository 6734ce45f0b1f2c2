package dev.kvcachepool.cachenode.store;

import dev.kvcachepool.cachenode.key.EngineKey;
import dev.kvcachepool.cachenode.key.EngineKey.Part;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How many bytes a value of a model's rank and group has: always the same, as LMCache's native client stores chunks of
 * fixed size and expects nothing else. The size stored last counts; before any, the one that is configured. Of more
 * ranks and groups than {@link #MOST} those are forgotten that were learned first. Thread-safe.
 */
public final class ValueSizes {
    /** Ranks and groups of all models. */
    public static final int MOST = 4096;

    /** No size is known. */
    public static final long UNKNOWN = -1;

    private static final int MAX_MODEL = 1024;
    private static final Pattern CONTROL = Pattern.compile("\\p{Cntrl}");
    /** {@code bytes world rank group model}. */
    private static final Pattern LINE =
            Pattern.compile("([0-9]{1,10}) ([0-9]{1,5}) ([0-9]{1,5}) ([0-9]{1,5}) (\\P{Cntrl}{1," + MAX_MODEL + "})");

    private final Map<String, Long> configured;
    private final Map<Place, Long> learned = new LinkedHashMap<>();

    private record Place(String model, int world, int rank, int group) {}

    /**
     * Knows what is configured.
     *
     * @param configured bytes by model
     */
    public ValueSizes(Map<String, Long> configured) {
        this.configured = Map.copyOf(configured);
    }

    /** Takes note of a value that was stored, or would have been had there been room. */
    public void stored(@Nullable EngineKey key, long bytes) {
        if (key != null
                && key.part() == Part.WHOLE
                && key.model().length() <= MAX_MODEL
                && !CONTROL.matcher(key.model()).find()) {
            learn(placeOf(key), bytes);
        }
    }

    private synchronized void learn(Place place, long bytes) {
        var before = learned.get(place);
        if (before != null && before == bytes) {
            return;
        }
        learned.remove(place);
        if (learned.size() >= MOST) {
            learned.remove(learned.keySet().iterator().next());
        }
        learned.put(place, bytes);
    }

    /** Bytes that a value of this key has, {@link #UNKNOWN} where nobody knows. */
    public long of(@Nullable EngineKey key) {
        if (key == null || key.part() != Part.WHOLE) {
            return UNKNOWN;
        }
        synchronized (this) {
            var size = learned.get(placeOf(key));
            return size == null ? configured.getOrDefault(key.model(), UNKNOWN) : size;
        }
    }

    private static Place placeOf(EngineKey key) {
        return new Place(key.model(), key.worldSize(), key.rank(), key.group());
    }

    /** What was learned, as lines of text, in the order in which it was. */
    public synchronized List<String> snapshot() {
        var lines = new ArrayList<String>(learned.size());
        learned.forEach((place, bytes) -> lines.add(
                "%d %d %d %d %s".formatted(bytes, place.world(), place.rank(), place.group(), place.model())));
        return lines;
    }

    /**
     * Takes over lines of a {@link #snapshot}; what has been learned since this node's start counts more, and lines that no
     * snapshot has are passed over.
     *
     * @return lines that were understood
     */
    public synchronized int restore(Collection<String> lines) {
        int understood = 0;
        for (var line : lines) {
            var match = LINE.matcher(line);
            if (match.matches()) {
                understood++;
                var place = new Place(
                        match.group(5),
                        Integer.parseInt(match.group(2)),
                        Integer.parseInt(match.group(3)),
                        Integer.parseInt(match.group(4)));
                if (!learned.containsKey(place) && learned.size() < MOST) {
                    learned.put(place, Long.parseLong(match.group(1)));
                }
            }
        }
        return understood;
    }
}
