package dev.kvcachepool.cachenode.tenant;

import dev.kvcachepool.cachenode.tier.Quotas;
import dev.kvcachepool.commandline.secret.WatchedFile;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;

/**
 * The tenants of a node that have quotas, numbered from 1; {@link Quotas#OTHERS} is everybody else, keys without a salt among
 * them. Which salts are whose follows the files as they change, for values that are stored from then on; a salt that two files
 * have is the first tenant's. Thread-safe.
 */
public final class Tenants {
    /** The flag that names one. */
    public static final String FLAG = "--tenant";

    /** So many at most. */
    public static final int MOST = 32;

    /** Nobody has a quota. */
    public static final Tenants NONE = new Tenants(List.of());

    private final List<TenantSettings> settings;
    private final List<WatchedFile<Set<String>>> files;
    private volatile Salts salts;

    /** The groups of all salts, and what they were made of. */
    private record Salts(List<Set<String>> files, Map<String, Integer> groups) {}

    /**
     * Reads the files.
     *
     * @throws IllegalArgumentException with a line for the user
     */
    public Tenants(List<TenantSettings> settings) {
        if (settings.size() > MOST) {
            throw new IllegalArgumentException(
                    FLAG + ": " + settings.size() + " tenants are not allowed; allowed are up to " + MOST);
        }
        var names = settings.stream().collect(Collectors.groupingBy(TenantSettings::name, Collectors.counting()));
        names.forEach((name, count) -> {
            if (count > 1) {
                throw new IllegalArgumentException(FLAG + ": '" + name + "' is there twice; names are unique");
            }
        });
        this.settings = List.copyOf(settings);
        this.files = settings.stream()
                .map(tenant -> new WatchedFile<>(FLAG, tenant.salts(), SaltsFile.MAX_BYTES, SaltsFile::parse))
                .toList();
        this.salts = read();
    }

    /** To be watched. */
    public List<WatchedFile<?>> files() {
        return List.copyOf(files);
    }

    /** Whether there are any. */
    public boolean any() {
        return !settings.isEmpty();
    }

    /** The groups, the others among them. */
    public int groups() {
        return settings.size() + 1;
    }

    /** What a group is called; empty for the others. */
    public String name(int group) {
        return group == Quotas.OTHERS ? "" : settings.get(group - 1).name();
    }

    /** The group of the values that have this cache salt. */
    public int groupOf(String salt) {
        if (settings.isEmpty()) {
            return Quotas.OTHERS;
        }
        var current = salts;
        if (!isOfNow(current)) {
            current = read();
            salts = current;
        }
        return current.groups.getOrDefault(salt, Quotas.OTHERS);
    }

    @SuppressWarnings("ReferenceEquality") // a file that was read anew is another set
    private boolean isOfNow(Salts current) {
        for (int i = 0; i < files.size(); i++) {
            if (current.files.get(i) != files.get(i).value()) {
                return false;
            }
        }
        return true;
    }

    private Salts read() {
        var sets = files.stream().map(WatchedFile::value).toList();
        var groups = new HashMap<String, Integer>();
        for (int i = 0; i < sets.size(); i++) {
            int group = i + 1;
            sets.get(i).forEach(salt -> groups.putIfAbsent(salt, group));
        }
        return new Salts(sets, groups);
    }

    /** Of the host tier. */
    public Quotas host() {
        return quotas(TenantSettings::hostBytes);
    }

    /** Of the disk. */
    public Quotas disk() {
        return quotas(TenantSettings::diskBytes);
    }

    /** Of the GPU. */
    public Quotas gpu() {
        return quotas(TenantSettings::gpuBytes);
    }

    private Quotas quotas(ToLongFunction<TenantSettings> bytes) {
        return new Quotas(
                settings.stream().map(tenant -> bytes.applyAsLong(tenant)).toList());
    }

    @Override
    public String toString() {
        return "Tenants" + settings.stream().map(TenantSettings::name).toList();
    }
}
