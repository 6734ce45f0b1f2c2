package dev.kvcachepool.prefixadvert.publish;

/**
 * How publishing goes.
 *
 * @param publishing whether the holder has its incarnation and publishes under it
 * @param fenced whether another process has taken over the holder's name, so that this one publishes no more
 * @param trouble what keeps it from publishing, one sentence; empty when nothing does
 * @param claims incarnations that this process has had: one, and one more each time the topics had lost what it published
 */
public record AdvertStatus(boolean publishing, boolean fenced, String trouble, long claims, PublisherStats blocks) {}
