package dev.kvcachepool.cachenode.placement;

import com.dynatrace.hash4j.hashing.Hashing;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Highest random weight: each member draws a number for a key, XXH3 of (its id's hash, the key's digest), and the highest
 * is the key's home. A member that joins takes only what is its own from each; one that leaves gives to each what is
 * theirs. Immutable.
 */
final class Rendezvous {
    private final List<Member> members;
    private final long[] ids;

    Rendezvous(List<Member> members) {
        this.members = List.copyOf(members);
        this.ids = members.stream().mapToLong(member -> member.id().hash()).toArray();
    }

    List<Member> members() {
        return members;
    }

    /** The members in the order of their numbers, the highest first. */
    static List<Member> ranked(Collection<Member> members, long digest) {
        return members.stream()
                .sorted(Comparator.comparing(
                        member -> weight(member.id().hash(), digest), (a, b) -> Long.compareUnsigned(b, a)))
                .toList();
    }

    private static long weight(long id, long digest) {
        return Hashing.xxh3_64().hashLongLongToLong(id, digest);
    }

    /** The home of a key, null without members. */
    @Nullable
    Member homeOf(long digest) {
        Member best = null;
        long highest = 0;
        for (int i = 0; i < ids.length; i++) {
            long weight = weight(ids[i], digest);
            if (best == null || Long.compareUnsigned(weight, highest) > 0) {
                best = members.get(i);
                highest = weight;
            }
        }
        return best;
    }
}
