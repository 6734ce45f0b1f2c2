/**
 * Chat templates: the part of Jinja that they are written in, by the rules of Jinja 3.1 as Hugging Face's transformers sets
 * it up (trim_blocks, lstrip_blocks, loop controls, the immutable sandbox). Pure: no I/O, and no clock but the one given.
 */
@NullMarked
package dev.kvcachepool.router.jinja;

import org.jspecify.annotations.NullMarked;
