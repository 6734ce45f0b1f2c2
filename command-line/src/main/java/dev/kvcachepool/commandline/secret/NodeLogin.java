package dev.kvcachepool.commandline.secret;

import java.util.List;

/** How a program of the pool logs in at cache-nodes. Thread-safe; never shows what it holds. */
public interface NodeLogin {
    /** Where cache-nodes ask for nothing. */
    NodeLogin NONE = new FixedLogin(List.of());

    /**
     * What to say, now: the arguments of AUTH, in the order in which to try them. The next is for who answers WRONGPASS;
     * whatever else it answers holds. Empty where there is nothing to say.
     */
    List<List<String>> attempts();

    /** With the one password of a pool without users. */
    static NodeLogin password(String password) {
        return new FixedLogin(List.of(List.of(password)));
    }
}
