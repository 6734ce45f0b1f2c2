/** What vLLM engines say over ZMQ of the KV blocks in their own memory, turned into adverts. */
@NullMarked
package dev.kvcachepool.bridges.vllm;

import org.jspecify.annotations.NullMarked;
