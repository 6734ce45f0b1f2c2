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

    private static final Set<String> IN_MEMORY = Set.of("tmpfs", "ramfs", "hugetlbfs");

    /** Part of the arena that its table may take: at 256 KiB a value a record takes a thousandth. */
    private static final int TABLE_SHARE = 64;

    private static final long LEAST_TABLE = 1 << 20;
    private static final long MOST_TABLE = 1 << 30;

    private final LockedFolder folder;
    private final KeptTable table;
    /** What was seen of the files first, bytes by name. */
    private final Map<String, Long> sizes = new HashMap<>();

    private KeptMemory(LockedFolder folder, KeptTable table) {
        this.folder = folder;
        this.table = table;
    }

    /** Bytes of the table of an arena. */
    public static long tableBytes(long arenaBytes) {
        return Math.clamp(arenaBytes / TABLE_SHARE, LEAST_TABLE, MOST_TABLE);
    }

    /**
     * Why a folder can't keep an arena; null when it can.
     *
     * @throws IOException when it can't be looked at, with a line for the user
     */
    public static @Nullable String unfit(Path path, long arenaBytes) throws IOException {
        try (var folder = LockedFolder.take(path)) {
            var store = Files.getFileStore(folder.path());
            if (!IN_MEMORY.contains(store.type())) {
                return "'%s' is not in memory: its file system is %s, not tmpfs".formatted(path, store.type());
            }
            long wanted = arenaBytes + tableBytes(arenaBytes);
            long there = store.getTotalSpace();
            return there > 0 && there < wanted
                    ? "'%s' has room for %d bytes; %d are needed".formatted(path, there, wanted)
                    : null;
        }
    }

    /**
     * Takes a folder for itself.
     *
     * @param owner of what is kept: another's is removed
     * @throws IOException whose message is a line for the user
     */
    public static KeptMemory open(Path path, long arenaBytes, String owner) throws IOException {
        var folder = LockedFolder.take(path);
        try {
            var head = head(path);
            var wanted = new Properties();
            wanted.setProperty("format", "1");
            wanted.setProperty("arena", Long.toString(arenaBytes / PagedArena.PAGE_BYTES));
            wanted.setProperty("owner", owner);
            var mark = head.getProperty("mark", "0");
            head.remove("mark");
            if (!head.equals(wanted) || parse(mark) == 0) {
                remove(path);
                mark = newMark();
                write(path, wanted, mark);
            }
            int bytes = Math.toIntExact(tableBytes(arenaBytes));
            return new KeptMemory(folder, KeptTable.open(path.resolve(TABLE), bytes, parse(mark)));
        } catch (IOException | RuntimeException e) {
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
        return Backing.named(folder.path());
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
        try (var files = Files.newDirectoryStream(folder.path(), FINISHED)) {
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
        folder.close();
    }
}
