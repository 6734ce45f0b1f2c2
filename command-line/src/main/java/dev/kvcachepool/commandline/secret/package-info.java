/** What programs of a pool read from files that hold secrets, and how they log in at cache-nodes with it. */
@NullMarked
package dev.kvcachepool.commandline.secret;

import org.jspecify.annotations.NullMarked;
