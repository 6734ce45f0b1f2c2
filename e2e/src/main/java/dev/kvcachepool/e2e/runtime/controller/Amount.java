package dev.kvcachepool.e2e.runtime.controller;

import io.fabric8.kubernetes.api.model.IntOrString;
import org.jspecify.annotations.Nullable;

/** A count or a percentage of one, as in maxUnavailable. */
final class Amount {
    private Amount() {}

    static int roundedUp(@Nullable IntOrString amount, int total, String otherwise) {
        return of(amount, total, otherwise, 99);
    }

    static int roundedDown(@Nullable IntOrString amount, int total, String otherwise) {
        return of(amount, total, otherwise, 0);
    }

    static boolean isPercentage(@Nullable IntOrString amount) {
        return amount != null
                && amount.getStrVal() != null
                && amount.getStrVal().endsWith("%");
    }

    private static int of(@Nullable IntOrString amount, int total, String otherwise, int rounding) {
        if (amount != null && amount.getIntVal() != null) {
            return amount.getIntVal();
        }
        var text = amount == null ? otherwise : amount.getStrVal();
        if (text.endsWith("%")) {
            var percent = Integer.parseInt(text, 0, text.length() - 1, 10);
            return (percent * total + rounding) / 100;
        }
        return Integer.parseInt(text);
    }
}
