package dev.kvcachepool.operator.pin;

import java.util.concurrent.ScheduledExecutorService;

/** The threads that pins are renewed on, told apart from others by their type. */
public record PinThreads(ScheduledExecutorService executor) {}
