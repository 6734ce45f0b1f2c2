/** What the flags of all programs have in common: values as users write them, variables beside flags, the way to Kafka. */
@NullMarked
package dev.kvcachepool.commandline;

import org.jspecify.annotations.NullMarked;
