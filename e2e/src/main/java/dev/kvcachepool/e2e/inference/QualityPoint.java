package dev.kvcachepool.e2e.inference;

/** A line of {@code bin/engine quality}: what the engine's class of this name says. */
public record QualityPoint(String reuse, double share, double distance, double sameToken, double timeShare) {}
