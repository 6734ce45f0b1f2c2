package dev.kvcachepool.engine.model;

import java.util.BitSet;

/** Which of the reused positions are computed anew, by how far their second layer's keys are from what they were. */
@FunctionalInterface
public interface Selection {

    /**
     * Chooses.
     *
     * @param reused positions whose keys and values come from elsewhere; not modified
     * @param deviations of position p at p: the squared distance of its second layer's keys from those that are reused; 0
     *     where p is not reused
     * @return some of {@code reused}, a fresh set
     */
    BitSet choose(BitSet reused, float[] deviations);
}
