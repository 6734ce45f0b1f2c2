/** The engine's door: completions of token ids, as OpenAI's API and vLLM have them. */
@NullMarked
package dev.kvcachepool.engine.http;

import org.jspecify.annotations.NullMarked;
