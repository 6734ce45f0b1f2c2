/** How far reuse at other positions changes what a model says. */
@NullMarked
package dev.kvcachepool.engine.quality;

import org.jspecify.annotations.NullMarked;
