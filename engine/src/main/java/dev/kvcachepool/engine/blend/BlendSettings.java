package dev.kvcachepool.engine.blend;

import dev.kvcachepool.engine.model.Selection;

/**
 * How text is reused that stands at other places.
 *
 * @param lookup finds it
 * @param selection which of it is computed anew
 * @param leastTokens found besides the prefix, below which a prompt is computed plainly
 */
public record BlendSettings(AnyPositionLookup lookup, Selection selection, int leastTokens) {}
