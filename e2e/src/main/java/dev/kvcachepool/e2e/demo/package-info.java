/** The demo: the main job on a real trace, with its checks and its report. */
@NullMarked
package dev.kvcachepool.e2e.demo;

import org.jspecify.annotations.NullMarked;
