package dev.kvcachepool.commandline.secret;

import java.util.List;

/** What is the same for as long as the program runs. */
record FixedLogin(List<List<String>> attempts) implements NodeLogin {
    /** Without the secret. */
    @Override
    public String toString() {
        return "FixedLogin[attempts=" + attempts.size() + "]";
    }
}
