package dev.kvcachepool.cachenode.peer;

import dev.kvcachepool.cachenode.placement.Life;
import dev.kvcachepool.cachenode.placement.Placement;
import dev.kvcachepool.cachenode.placement.View;
import dev.kvcachepool.prefixadvert.wire.HolderId;
import dev.kvcachepool.prefixadvert.wire.NodeState;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a node says of itself to a peer before it asks something: {@code KVP.PEER sender role hops [id incarnation
 * state]…}. It holds for the connection until the next one.
 *
 * @param role what the peer is asked as
 * @param hops how often the request has been forwarded
 * @param told the nodes that the sender knows, which the peer must know too before it answers
 */
public record Greeting(HolderId sender, Role role, int hops, Map<HolderId, Life> told) {
    /** The command's name. */
    public static final String COMMAND = "KVP.PEER";

    private static final int HEAD = 3;
    private static final int EACH = 3;

    /** What a peer is asked as. */
    public enum Role {
        /** As the home, which looks elsewhere too where it must. */
        HOME,
        /** For what lies in its own store, whoever is home. */
        LOCAL
    }

    public static Greeting of(HolderId sender, Role role, int hops, View view) {
        var told = new LinkedHashMap<HolderId, Life>();
        Placement.tellable(view).forEach(member -> told.put(member.id(), member.life()));
        return new Greeting(sender, role, hops, told);
    }

    /** The arguments behind the command's name. */
    List<byte[]> words() {
        var words = new ArrayList<String>();
        words.add(sender.value());
        words.add(role.name());
        words.add(Integer.toString(hops));
        told.forEach((id, life) -> {
            words.add(id.value());
            words.add(Long.toString(life.incarnation()));
            words.add(life.state().name());
        });
        return words.stream().map(word -> word.getBytes(StandardCharsets.UTF_8)).toList();
    }

    /**
     * Reads the arguments behind the command's name.
     *
     * @throws IllegalArgumentException when they are no greeting
     */
    public static Greeting parse(List<String> words) {
        if (words.size() < HEAD || (words.size() - HEAD) % EACH != 0) {
            throw new IllegalArgumentException("a greeting has a sender, a role, hops, and three words a node");
        }
        var told = new LinkedHashMap<HolderId, Life>();
        for (int at = HEAD; at < words.size(); at += EACH) {
            var life = new Life(Long.parseLong(words.get(at + 1)), NodeState.valueOf(words.get(at + 2)));
            told.put(new HolderId(words.get(at)), life);
        }
        return new Greeting(
                new HolderId(words.get(0)), Role.valueOf(words.get(1)), Integer.parseInt(words.get(2)), told);
    }
}
