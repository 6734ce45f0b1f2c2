package dev.kvcachepool.cachenode.kept;

import dev.kvcachepool.cachenode.folder.LockedFolder;
import dev.kvcachepool.cachenode.memory.Backing;
import dev.kvcachepool.cachenode.memory.PagedArena;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A folder in memory (tmpfs) in which an arena's files and the table of its values outlive the process: a node that is
 * restarted in place, or has crashed, finds its values again. One process at a time; what was left by one with other memory or
 * of another pool is removed.
 */
public final class KeptMemory implements AutoCloseable {
    private static final String HEAD = "head";
    private static final String TABLE = "table";
    private static final String FILES = "{" + TABLE + ",slice-*}";
    /** Those that are as long as they shall be: one that is being made ends in letters. */
    private static final String FINISHED = "{" + TABLE + ",slice-*[0-9]}";

    private static final Set<String> IN_MEMORY = Set.of("tmpfs", "ramfs");
    private static final String HUGE = "hugetlbfs";

    /** Part of the arena that its table may take: at 256 KiB a value a record takes a thousandth. */
    private static final int TABLE_SHARE = 64;

    private static final long LEAST_TABLE = 1 << 20;
    private static final long MOST_TABLE = 1 << 30;

    private final LockedFolder folder;
    /** Where slices lie that are of huge pages; null where they lie beside the table. */
    private final @Nullable LockedFolder huge;

    private final KeptTable table;
    /** What was seen of the files first, bytes by name. */
    private final Map<String, Long> sizes = new HashMap<>();

    private KeptMemory(LockedFolder folder, @Nullable LockedFolder huge, KeptTable table) {
        this.folder = folder;
        this.huge = huge;
        this.table = table;
    }

    /** Bytes of the table of an arena. */
    public static long tableBytes(long arenaBytes) {
        return Math.clamp(arenaBytes / TABLE_SHARE, LEAST_TABLE, MOST_TABLE);
    }

    /**
     * Why a folder can't keep an arena; null when it can.
     *
     * @param arenaBytes of the slices that are to lie in it; 0 where they lie elsewhere
     * @param tableBytes of their table
     * @throws IOException when it can't be looked at, with a line for the user
     */
    public static @Nullable String unfit(Path path, long arenaBytes, long tableBytes) throws IOException {
        try (var folder = LockedFolder.take(path)) {
            var store = Files.getFileStore(folder.path());
            if (!IN_MEMORY.contains(store.type())) {
                return "'%s' is not in memory: its file system is %s, not tmpfs".formatted(path, store.type());
            }
            long wanted = arenaBytes + tableBytes;
            long there = store.getTotalSpace();
            return there > 0 && there < wanted
                    ? "'%s' has room for %d bytes; %d are needed".formatted(path, there, wanted)
                    : null;
        }
    }

    /**
     * Why a folder has no huge pages for an arena; null when it has.
     *
     * @throws IOException when it can't be looked at, with a line for the user
     */
    public static @Nullable String unfitForHugePages(Path path) throws IOException {
        try (var folder = LockedFolder.take(path)) {
            var store = Files.getFileStore(folder.path());
            if (!store.type().equals(HUGE)) {
                return "'%s' has no huge pages: its file system is %s, not %s".formatted(path, store.type(), HUGE);
            }
            return store.getBlockSize() == PagedArena.PAGE_BYTES
                    ? null
                    : "'%s' has pages of %d bytes; allowed are pages of %d"
                            .formatted(path, store.getBlockSize(), PagedArena.PAGE_BYTES);
        }
    }

    /** Takes a folder for itself, with all in it. */
    public static KeptMemory open(Path path, long arenaBytes, String owner) throws IOException {
        return open(path, null, arenaBytes, owner);
    }

    /**
     * Takes a folder for itself.
     *
     * @param hugePages a folder of huge pages for the slices, which is taken too; null where they lie beside the table
     * @param owner of what is kept: another's is removed
     * @throws IOException whose message is a line for the user
     */
    public static KeptMemory open(Path path, @Nullable Path hugePages, long arenaBytes, String owner)
            throws IOException {
        var folder = LockedFolder.take(path);
        LockedFolder huge = null;
        try {
            huge = hugePages == null ? null : LockedFolder.take(hugePages);
            var head = head(path);
            var wanted = new Properties();
            wanted.setProperty("format", "1");
            wanted.setProperty("arena", Long.toString(arenaBytes / PagedArena.PAGE_BYTES));
            wanted.setProperty("owner", owner);
            if (huge != null) {
                wanted.setProperty("hugePages", huge.path().toString());
            }
            var mark = head.getProperty("mark", "0");
            head.remove("mark");
            if (!head.equals(wanted) || parse(mark) == 0) {
                remove(path);
                if (huge != null) {
                    remove(huge.path());
                }
                mark = newMark();
                write(path, wanted, mark);
            }
            int bytes = Math.toIntExact(tableBytes(arenaBytes));
            return new KeptMemory(folder, huge, KeptTable.open(path.resolve(TABLE), bytes, parse(mark)));
        } catch (IOException | RuntimeException e) {
            if (huge != null) {
                huge.close();
            }
            folder.close();
            throw e;
        }
    }

    private static Properties head(Path path) throws IOException {
        var head = new Properties();
        var file = path.resolve(HEAD);
        if (Files.isRegularFile(file)) {
            try (var in = Files.newBufferedReader(file)) {
                head.load(in);
            } catch (IllegalArgumentException e) {
                head.clear();
            }
        }
        return head;
    }

    /** The head comes last: without it what else is there is removed. */
    private static void write(Path path, Properties wanted, String mark) throws IOException {
        var head = new Properties();
        head.putAll(wanted);
        head.setProperty("mark", mark);
        try (var out = Files.newBufferedWriter(path.resolve(HEAD))) {
            head.store(out, null);
        }
    }

    private static void remove(Path path) throws IOException {
        Files.deleteIfExists(path.resolve(HEAD));
        try (var files = Files.newDirectoryStream(path, FILES)) {
            for (var file : files) {
                Files.delete(file);
            }
        }
    }

    private static String newMark() {
        long mark = 0;
        while (mark == 0) {
            mark = new SecureRandom().nextLong();
        }
        return Long.toHexString(mark);
    }

    private static long parse(String mark) {
        try {
            return Long.parseUnsignedLong(mark, 16);
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    /** What the arena is to be made of. */
    public Backing backing() {
        return huge == null ? Backing.named(folder.path()) : Backing.huge(huge.path());
    }

    /** Whether its slices are of huge pages from the first byte on. */
    public boolean isOfHugePages() {
        return huge != null;
    }

    public KeptTable table() {
        return table;
    }

    /**
     * What somebody has done to the files that makes this process's memory useless; null when nothing. The first call, made once
     * the arena is there, notes how they are to be. Not thread-safe.
     *
     * @throws IOException when they can't be looked at
     */
    public @Nullable String damage() throws IOException {
        var found = damage(folder.path());
        return found == null && huge != null ? damage(huge.path()) : found;
    }

    private @Nullable String damage(Path path) throws IOException {
        try (var files = Files.newDirectoryStream(path, FINISHED)) {
            for (var file : files) {
                long size = Files.size(file);
                var name = file.getFileName().toString();
                long first = sizes.computeIfAbsent(name, _ -> size);
                if (size < first) {
                    return "'%s' has been cut from %d bytes to %d".formatted(file, first, size);
                }
            }
        } catch (NoSuchFileException e) {
            // Another one is just taking its name.
            return null;
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        return null;
    }

    @Override
    public void close() {
        if (huge != null) {
            huge.close();
        }
        folder.close();
    }
}
