/** Which fields of which objects the runtime acts on or may ignore; anything else is refused by its path. */
@NullMarked
package dev.kvcachepool.e2e.runtime.fields;

import org.jspecify.annotations.NullMarked;
