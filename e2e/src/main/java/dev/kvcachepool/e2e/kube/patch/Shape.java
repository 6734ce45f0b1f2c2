package dev.kvcachepool.e2e.kube.patch;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Optional;

/** What is known of one place in an object: how its list or map merges, and what is beneath it. */
public interface Shape {
    /** How two lists at this place merge. */
    enum Lists {
        /** The one replaces the other. */
        ATOMIC,
        /** By item, each there once. */
        SET,
        /** By the items' keys. */
        KEYED
    }

    Shape field(String name);

    Shape item();

    Lists lists();

    /** The names of the fields that tell a keyed list's items apart. */
    List<String> keys();

    /** What a key is when an item leaves it out. */
    Optional<JsonNode> keyDefault(String key);

    /** Whether an object at this place is replaced as a whole. */
    boolean atomic();
}
