package dev.kvcachepool.router.extproc;

/** Where a {@link PickerExchange} has its decisions carried out. */
interface Outlet {
    /** Tells the gateway, after all that it was told before. */
    void send(Outbound message);

    /** Has endpoints chosen; {@link PickerExchange#chosen} or {@link PickerExchange#refused} follows, later. */
    void choose(Chooser.Question question);

    /** Ends the stream once all is sent. */
    void complete();

    /** Ends the stream at once: the gateway does with the request as it does where no picker is. */
    void fail(Failure why, String message);

    /** What ends a stream early. */
    enum Failure {
        /** The gateway sent messages in an order that ext_proc does not have. */
        OUT_OF_ORDER,
        /** Nothing came for too long. */
        SILENCE
    }
}
