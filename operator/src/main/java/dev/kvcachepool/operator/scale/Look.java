package dev.kvcachepool.operator.scale;

import org.jspecify.annotations.Nullable;

/** What there is to see of a pool at one time. */
sealed interface Look {

    /**
     * Nothing can be concluded from what there is; the number stays.
     *
     * @param why a sentence that stays the same while the cause does
     */
    record Held(ScaleReason reason, String why) implements Look {}

    /**
     * Of cache-nodes that all serve.
     *
     * @param usedBytes of the tier that holds the most of what is held
     * @param capacityBytes of that tier, more than 0
     * @param hitPercent of the blocks of prompts of late, those that were held; null where there were no prompts
     */
    record Figures(
            long usedBytes, long capacityBytes, @Nullable Integer hitPercent) implements Look {
        public Figures {
            if (capacityBytes <= 0 || usedBytes < 0) {
                throw new IllegalArgumentException(usedBytes + " bytes of " + capacityBytes);
            }
        }

        double percentUsed() {
            return usedBytes * 100.0 / capacityBytes;
        }
    }
}
