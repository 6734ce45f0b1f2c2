package dev.kvcachepool.router.extproc;

/** How the gateway hands bodies over, as its first message says. */
record BodyModes(Mode request, Mode response) {
    /** Where the gateway says nothing: what the inference extension asks of it. */
    static final BodyModes UNSAID = new BodyModes(Mode.FULL_DUPLEX_STREAMED, Mode.FULL_DUPLEX_STREAMED);

    /** As ext_proc has them. */
    enum Mode {
        NONE,
        STREAMED,
        BUFFERED,
        BUFFERED_PARTIAL,
        FULL_DUPLEX_STREAMED
    }
}
