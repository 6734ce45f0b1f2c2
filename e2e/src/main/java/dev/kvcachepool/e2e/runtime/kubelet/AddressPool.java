package dev.kvcachepool.e2e.runtime.kubelet;

import java.util.HashSet;
import java.util.Set;

/** Loopback addresses, one a pod, reused as late as possible. Not thread-safe. */
final class AddressPool {
    private static final int LAST = 254;
    private final String prefix;
    private final Set<String> taken = new HashSet<>();
    private int next = 1;

    /** @param prefix the first three bytes with the last dot */
    AddressPool(String prefix) {
        this.prefix = prefix;
    }

    String take() {
        for (var tries = 0; tries < LAST; tries++) {
            var address = prefix + next;
            next = next % LAST + 1;
            if (taken.add(address)) {
                return address;
            }
        }
        throw new IllegalStateException("no free pod address in " + prefix + "1-" + LAST);
    }

    void release(String address) {
        taken.remove(address);
    }
}
