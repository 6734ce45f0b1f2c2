package dev.kvcachepool.cachenode.access;

import dev.kvcachepool.commandline.secret.PoolPasswords;
import dev.kvcachepool.commandline.secret.Utf8;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;

/**
 * The file of users:
 *
 * <pre>{@code
 * users:
 *   - name: chat                    # unique
 *     passwords: [current, former]  # each of them lets in
 *     salts: [team-chat]            # the user's keys are those of these cache salts; "" for keys without
 *   - name: ops
 *     passwords: [another]
 *     allSalts: true                # in place of salts: all keys
 * }</pre>
 *
 * Every scalar is text, whatever it looks like. What is wrong is said with its line, its user and what is allowed, never
 * with what stands there: it may be a secret in the wrong place.
 */
final class UsersFile {
    /** Of the whole file. */
    static final int MAX_BYTES = 1 << 20;

    private static final int MAX_USERS = 1024;
    private static final int MAX_SALTS = 256;
    private static final int MAX_SALT_BYTES = 512;
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,64}");
    private static final String NAMES = "1 to 64 letters, digits, '.', '_' and '-'";
    private static final Set<String> ROOT_FIELDS = Set.of("users");
    private static final Set<String> USER_FIELDS = Set.of("name", "passwords", "salts", "allSalts");

    private UsersFile() {}

    /**
     * What {@code content} says.
     *
     * @throws IllegalArgumentException with what is wrong, to be said after the file's name
     */
    static Users parse(byte[] content) {
        var fields = YamlNodes.fields(YamlNodes.root(Utf8.text(content)), "the file", ROOT_FIELDS);
        var list = fields.get("users");
        if (list == null) {
            throw new IllegalArgumentException("has no field users; allowed are 1 to " + MAX_USERS + " users");
        }
        var users = new LinkedHashMap<String, Users.Entry>();
        for (var node : YamlNodes.list(list, "users", 1, MAX_USERS)) {
            var entry = user(node);
            if (users.put(entry.user().name(), entry) != null) {
                throw YamlNodes.wrong(node, "user '" + entry.user().name() + "' is there already; names are unique");
            }
        }
        return new Users(users);
    }

    private static Users.Entry user(Node node) {
        var fields = YamlNodes.fields(node, "a user", USER_FIELDS);
        var name = name((MappingNode) node, fields.get("name"));
        var user = "user '" + name + "': ";
        var passwords = fields.get("passwords");
        if (passwords == null) {
            throw YamlNodes.wrong(
                    node, user + "passwords is missing; allowed are 1 to " + PoolPasswords.MOST + " passwords");
        }
        return new Users.Entry(rights(node, name, fields), new Passwords(passwords(passwords, user)));
    }

    private static String name(MappingNode user, @Nullable Node node) {
        if (node == null) {
            throw YamlNodes.wrong(user, "a user's name is missing; allowed are " + NAMES);
        }
        var name = YamlNodes.text(node, "a user's name", 1, Integer.MAX_VALUE);
        if (!NAME.matcher(name).matches()) {
            throw YamlNodes.wrong(
                    node, "a user's name is text of " + name.length() + " characters; allowed are " + NAMES);
        }
        if (name.equals(PoolPasswords.USER)) {
            throw YamlNodes.wrong(
                    node,
                    "a user's name is '" + name + "', which is for the pool's own programs; allowed is any other");
        }
        return name;
    }

    private static List<String> passwords(Node node, String user) {
        return texts(node, user + "passwords", PoolPasswords.MOST, PoolPasswords.SHORTEST, PoolPasswords.LONGEST);
    }

    private static User rights(Node node, String name, Map<String, Node> fields) {
        var user = "user '" + name + "': ";
        var salts = fields.get("salts");
        var all = fields.get("allSalts");
        if ((salts == null) == (all == null)) {
            throw YamlNodes.wrong(
                    node,
                    user + (all == null ? "neither salts nor allSalts is there" : "both salts and allSalts are there")
                            + "; allowed is one of them");
        }
        if (salts != null) {
            return User.ofSalts(name, new LinkedHashSet<>(texts(salts, user + "salts", MAX_SALTS, 0, MAX_SALT_BYTES)));
        }
        if (all == null
                || !YamlNodes.text(all, user + "allSalts", 0, Integer.MAX_VALUE).equals("true")) {
            throw YamlNodes.wrong(
                    all == null ? node : all,
                    user + "allSalts is text other than true; allowed is true, or salts instead");
        }
        return User.ofAllSalts(name);
    }

    private static List<String> texts(Node node, String field, int most, int shortest, int longest) {
        var nodes = YamlNodes.list(node, field, 1, most);
        var texts = new ArrayList<String>(nodes.size());
        for (int i = 0; i < nodes.size(); i++) {
            texts.add(YamlNodes.text(nodes.get(i), field + "[" + i + "]", shortest, longest));
        }
        return texts;
    }
}
