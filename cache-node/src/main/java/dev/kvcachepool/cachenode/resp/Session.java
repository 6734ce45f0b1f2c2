package dev.kvcachepool.cachenode.resp;

/** What a connection remembers of its client. Owned by the connection's thread. */
final class Session {
    final long id;
    String name = "";
    String libraryName = "";
    String libraryVersion = "";
    boolean authenticated;
    boolean closing;
    /**
     * Whether the client has sent nothing but what LMCache's native client sends, which hangs for ever on a null and is
     * to be answered a miss in a form of its own.
     */
    boolean nativeCommandsOnly = true;

    Session(long id, boolean authenticated) {
        this.id = id;
        this.authenticated = authenticated;
    }
}
