package dev.kvcachepool.engine.model;

import java.util.BitSet;

/** Which of the reused positions are computed anew, by how far their second layer's keys are from what they were. */
@FunctionalInterface
public interface Selection {

    /**
     * Chooses what goes through the second layer.
     *
     * @param reused positions whose keys and values come from elsewhere; not modified
     * @param deviations of position p at p: the squared distance of its second layer's keys from those that are reused;
     *     where p is not reused it says nothing
     * @param last the last layer, the first being 0
     * @return some of {@code reused}, a fresh set
     */
    BitSet choose(BitSet reused, float[] deviations, int last);

    /**
     * Narrows a choice once a layer was computed.
     *
     * @param chosen those that went through the layer; not modified
     * @param deviations as above, of that layer's keys
     * @param layer that was computed, the second being 1
     * @param last the last layer, as above
     * @return some of {@code chosen}, a fresh set, to go through the next layer
     */
    default BitSet narrow(BitSet chosen, float[] deviations, int layer, int last) {
        return (BitSet) chosen.clone();
    }
}
