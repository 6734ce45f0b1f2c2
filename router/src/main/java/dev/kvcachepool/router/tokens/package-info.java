/**
 * From the text of a prompt, or the messages of a chat, to the tokens that its engine will see: by an embedded tokenizer with
 * the model's chat template, cached by prefix, or by asking an engine.
 */
@NullMarked
package dev.kvcachepool.router.tokens;

import org.jspecify.annotations.NullMarked;
