package dev.kvcachepool.prefixadvert.publish;

/** Drives a publisher that was not started, for tests of other packages. */
public final class PublisherRounds {
    private PublisherRounds() {}

    public static void one(AdvertPublisher publisher) {
        publisher.round();
    }
}
