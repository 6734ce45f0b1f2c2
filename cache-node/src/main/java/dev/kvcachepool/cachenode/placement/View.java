package dev.kvcachepool.cachenode.placement;

import dev.kvcachepool.prefixadvert.wire.HolderId;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The pool's nodes as one node knows them at one time. Immutable.
 *
 * <p>What is known of each node only rises ({@link Life}), so two views can be compared: one {@link #covers} another when
 * it knows at least as much of every node.
 */
public final class View {
    static final View EMPTY = new View(List.of());

    private final Map<HolderId, Member> members = new TreeMap<>(Comparator.comparing(HolderId::value));
    private final Rendezvous serving;

    /** A view of these members, whose ids are unique. */
    public View(Collection<Member> known) {
        known.forEach(member -> members.put(member.id(), member));
        this.serving =
                new Rendezvous(members.values().stream().filter(Member::serves).toList());
    }

    /** All members, in the order of their ids. */
    public List<Member> members() {
        return List.copyOf(members.values());
    }

    /** Those who can be a home. */
    public List<Member> serving() {
        return serving.members();
    }

    /** Everyone but {@code self} who may hold values. */
    public List<Member> others(HolderId self) {
        return members.values().stream()
                .filter(member -> member.answers() && !member.id().equals(self))
                .toList();
    }

    public @Nullable Member member(HolderId id) {
        return members.get(id);
    }

    /** Those who can be a home, in the order in which they would be that of a key, each once the ones before are gone. */
    public List<Member> homesOf(long digest) {
        return Rendezvous.ranked(serving.members(), digest);
    }

    @Nullable
    Member homeOf(long digest) {
        return serving.homeOf(digest);
    }

    /** Whether this view knows as much of every node as {@code told} does; nodes that are gone may be forgotten here. */
    boolean covers(Map<HolderId, Life> told) {
        return told.entrySet().stream().allMatch(entry -> {
            var member = members.get(entry.getKey());
            return member == null ? isLeaving(entry.getValue()) : member.life().compareTo(entry.getValue()) >= 0;
        });
    }

    private static boolean isLeaving(Life life) {
        return switch (life.state()) {
            case STARTING, RECOVERING, SERVING -> false;
            case DRAINING, GONE -> true;
        };
    }

    /** Whether homes and lives are the same, so that nobody has to be told. */
    boolean isSameAs(View other) {
        return members.equals(other.members);
    }
}
